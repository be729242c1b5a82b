using System.CommandLine;

namespace LoadTool.Cli.Commands;

/// <summary><c>loadtool check</c>: compiles, and runs nothing.</summary>
internal static class CheckCommand
{
    internal static Command Create()
    {
        Argument<string> script = new("script") { Description = "The scenario script (.csx, or the .cs of a file-based app)." };
        Command command = new("check", "Compile a script without running it.") { script };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(script);
            ScenarioScript.Compile(path);
            Console.WriteLine($"{path}: compiles");
        });
        return command;
    }
}
