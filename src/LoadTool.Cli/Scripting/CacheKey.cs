using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace LoadTool.Cli.Scripting;

/// <summary>The name of a compiled script in the cache: a hash over everything that the compiler's output depends on.</summary>
internal static class CacheKey
{
    /// <summary>
    /// This build of the tool, the runtime and the platform. The module's id rather than the version: two builds of one version may
    /// compile differently.
    /// </summary>
    public static string Environment { get; } =
        $"{typeof(CacheKey).Assembly.ManifestModule.ModuleVersionId} {System.Environment.Version} {RuntimeInformation.RuntimeIdentifier}";

    /// <summary>64 lower-case hexadecimal digits.</summary>
    /// <exception cref="ScriptErrorException">An assembly named by <c>#r</c> cannot be read.</exception>
    public static string Of(ScriptFiles files, ScriptRequest request, PathDisplay display, string environment)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        writer.Write(environment);
        writer.Write(files.All.Count);
        foreach (ScriptFile file in files.All)
        {
            // The path too: it stands in the symbols, and so in every message.
            writer.Write(file.Path);
            Write(writer, file.Bytes);
        }

        writer.Write(files.Assemblies.Count);
        foreach (AssemblyRequest assembly in files.Assemblies)
        {
            writer.Write(assembly.Path);
            Write(writer, ReadAssembly(assembly, display));
        }

        writer.Write(request.Imports.Count);
        foreach (string import in request.Imports)
            writer.Write(import);
        writer.Write(request.References.Count);
        foreach (Assembly reference in request.References)
            Write(writer, reference);
        writer.Write(request.GlobalsType.FullName!);
        Write(writer, request.GlobalsType.Assembly);
        writer.Flush();
        return Convert.ToHexStringLower(SHA256.HashData(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
    }

    /// <summary>The same for what has no files: a list of texts.</summary>
    public static string Of(IReadOnlyList<string> texts)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        foreach (string text in texts)
            writer.Write(text);
        writer.Flush();
        return Convert.ToHexStringLower(SHA256.HashData(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
    }

    // A length before each content: without it, bytes moved from one file to the next would leave the hash as it was.
    private static void Write(BinaryWriter writer, byte[] bytes)
    {
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }

    private static void Write(BinaryWriter writer, Assembly assembly)
    {
        writer.Write(assembly.FullName!);
        writer.Write(assembly.Location);
        writer.Write(assembly.ManifestModule.ModuleVersionId.ToByteArray());
    }

    private static byte[] ReadAssembly(AssemblyRequest assembly, PathDisplay display)
    {
        try
        {
            return File.ReadAllBytes(assembly.Path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw display.ErrorAt(assembly.Holder, assembly.Directive,
                $"#r \"{assembly.Directive.Value}\": the assembly cannot be read: {error.Message}");
        }
    }
}
