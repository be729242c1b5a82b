using System.CommandLine;
using LoadTool.Cli.Authoring;

namespace LoadTool.Cli.Commands;

/// <summary><c>loadtool new</c>: writes a scenario to start from, and what VS Code needs to help with it.</summary>
internal static class NewCommand
{
    internal static Command Create()
    {
        Argument<string> name = new("name") { Description = "The scenario's name, such as chat; chat.cs writes a program for `dotnet run` in place of a script." };
        Option<string> folder = new("--folder") { Description = "Where to write; the current folder by default.", HelpName = "folder", DefaultValueFactory = _ => "." };
        Command command = new("new", "Write a scenario to start from, with what VS Code needs for IntelliSense and debugging.") { name, folder };
        command.SetAction(parsed => Write(parsed.GetRequiredValue(name), parsed.GetValue(folder)!));
        return command;
    }

    private static void Write(string name, string folder)
    {
        bool isProgram = name.EndsWith(".cs", StringComparison.OrdinalIgnoreCase);
        string stem = isProgram || name.EndsWith(".csx", StringComparison.OrdinalIgnoreCase) ? Path.GetFileNameWithoutExtension(name) : name;
        if (stem.Length == 0 || !stem.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
            throw new UsageException($"'{name}' is no name for a scenario: write letters, digits, - and _, such as chat or login-storm; --folder says where");
        string file = Path.Combine(folder, stem + (isProgram ? ".cs" : ".csx"));
        if (!TryWrite(file, isProgram ? ScenarioTemplate.Program(stem) : ScenarioTemplate.Script(stem)))
            throw new UsageException($"{file} exists already, and is left as it is: choose another name, or another --folder");
        Console.WriteLine($"wrote {file}");
        if (isProgram)
        {
            // C# editors know programs of one file by themselves.
            Console.WriteLine($"try it: dotnet run {file}, or loadtool run {file}");
            return;
        }

        foreach ((string path, string text) in EditorFiles.All())
            Console.WriteLine($"{(TryWrite(Path.Combine(folder, path), text) ? "wrote" : "kept")} {Path.Combine(folder, path)}");
        Console.WriteLine($"try it: loadtool run {file}");
    }

    /// <summary>False when the file is there already: what somebody has written is not replaced.</summary>
    /// <exception cref="UsageException">It cannot be written.</exception>
    private static bool TryWrite(string path, string text)
    {
        if (Path.Exists(path))
            return false;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using FileStream stream = new(path, FileMode.CreateNew);
            using StreamWriter writer = new(stream);
            writer.Write(text);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} cannot be written: {error.Message}");
        }
    }
}
