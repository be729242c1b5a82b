using System.CommandLine;
using LoadTool.Outputs.Catalog;

namespace LoadTool.Cli.Commands;

/// <summary><c>loadtool outputs</c>: what a run can be given with <c>--out</c>.</summary>
internal static class OutputsCommand
{
    internal static Command Create()
    {
        Command command = new("outputs", "List the outputs that `run --out` takes, with their settings.");
        command.SetAction(_ => Print(Console.Out));
        return command;
    }

    private static void Print(TextWriter to)
    {
        int width = OutputCatalog.All.Max(kind => kind.Name.Length + kind.Target.Length);
        foreach (OutputKind kind in OutputCatalog.All)
        {
            to.WriteLine($"{(kind.Name + kind.Target).PadRight(width)}  {kind.Help}");
            foreach (OutputSetting setting in kind.Settings)
                to.WriteLine($"{new string(' ', width)}    {kind.Name}.{setting.Name}: {setting.Help}");
        }

        to.WriteLine();
        to.WriteLine("Settings: --out-setting output.setting=value, or output-settings in a config file. Console and files are always written.");
    }
}
