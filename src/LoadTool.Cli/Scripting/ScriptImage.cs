using System.Security.Cryptography;

namespace LoadTool.Cli.Scripting;

/// <summary>A compiled script: all that a run needs, and exactly what the cache keeps.</summary>
/// <param name="Assembly">The script's assembly (PE).</param>
/// <param name="Symbols">Its portable PDB.</param>
/// <param name="EntryType">The class that the script's top level became.</param>
/// <param name="EntryMethod">The static method that takes the submissions and runs that class.</param>
/// <param name="Libraries">Assemblies of packages and <c>#r</c>, by assembly name.</param>
/// <param name="NativeLibraries">Native libraries of packages, by the name that P/Invoke asks for.</param>
/// <param name="Names">What the script names: steps and the like.</param>
internal sealed record ScriptImage(
    byte[] Assembly,
    byte[] Symbols,
    string EntryType,
    string EntryMethod,
    IReadOnlyList<NamedPath> Libraries,
    IReadOnlyList<NamedPath> NativeLibraries,
    IReadOnlyList<KnownName> Names)
{
    // Another layout gets another mark; the tool's identity in the key keeps versions apart already.
    private static ReadOnlySpan<byte> Mark => "ltscript2"u8;

    /// <summary>Whether every file the run may ask for is still there: package folders get cleaned.</summary>
    public bool IsComplete => AllExist(Libraries) && AllExist(NativeLibraries);

    /// <summary>A mark, the content's SHA-256, the content.</summary>
    public byte[] ToBytes()
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        writer.Write(Mark);
        writer.Write(stackalloc byte[SHA256.HashSizeInBytes]);
        WriteBytes(writer, Assembly);
        WriteBytes(writer, Symbols);
        writer.Write(EntryType);
        writer.Write(EntryMethod);
        WritePaths(writer, Libraries);
        WritePaths(writer, NativeLibraries);
        WriteNames(writer, Names);
        writer.Flush();

        byte[] bytes = stream.ToArray();
        SHA256.HashData(Content(bytes), bytes.AsSpan(Mark.Length));
        return bytes;
    }

    /// <summary>Null when the bytes are not what <see cref="ToBytes"/> wrote: cut off, altered, or of another layout.</summary>
    public static ScriptImage? FromBytes(byte[] bytes)
    {
        if (bytes.Length < Mark.Length + SHA256.HashSizeInBytes || !bytes.AsSpan().StartsWith(Mark))
            return null;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Content(bytes), hash);
        if (!hash.SequenceEqual(bytes.AsSpan(Mark.Length, SHA256.HashSizeInBytes)))
            return null;

        int start = Mark.Length + SHA256.HashSizeInBytes;
        using BinaryReader reader = new(new MemoryStream(bytes, start, bytes.Length - start));
        return new(
            reader.ReadBytes(reader.ReadInt32()),
            reader.ReadBytes(reader.ReadInt32()),
            reader.ReadString(),
            reader.ReadString(),
            ReadPaths(reader),
            ReadPaths(reader),
            ReadNames(reader));
    }

    private static ReadOnlySpan<byte> Content(byte[] bytes) => bytes.AsSpan(Mark.Length + SHA256.HashSizeInBytes);

    private static void WriteBytes(BinaryWriter writer, byte[] bytes)
    {
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }

    private static void WritePaths(BinaryWriter writer, IReadOnlyList<NamedPath> paths)
    {
        writer.Write(paths.Count);
        foreach (NamedPath path in paths)
        {
            writer.Write(path.Name);
            writer.Write(path.Path);
        }
    }

    private static NamedPath[] ReadPaths(BinaryReader reader)
    {
        NamedPath[] paths = new NamedPath[reader.ReadInt32()];
        for (int index = 0; index < paths.Length; index++)
            paths[index] = new(reader.ReadString(), reader.ReadString());
        return paths;
    }

    private static void WriteNames(BinaryWriter writer, IReadOnlyList<KnownName> names)
    {
        writer.Write(names.Count);
        foreach (KnownName name in names)
        {
            writer.Write(name.Kind);
            writer.Write(name.Text is not null);
            writer.Write(name.Text ?? "");
            writer.Write(name.File);
            writer.Write(name.Line);
        }
    }

    private static KnownName[] ReadNames(BinaryReader reader)
    {
        KnownName[] names = new KnownName[reader.ReadInt32()];
        for (int index = 0; index < names.Length; index++)
        {
            string kind = reader.ReadString();
            bool isKnown = reader.ReadBoolean();
            string text = reader.ReadString();
            names[index] = new(kind, isKnown ? text : null, reader.ReadString(), reader.ReadInt32());
        }

        return names;
    }

    private static bool AllExist(IReadOnlyList<NamedPath> paths)
    {
        foreach (NamedPath path in paths)
        {
            if (!File.Exists(path.Path))
                return false;
        }

        return true;
    }
}
