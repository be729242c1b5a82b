using System.Diagnostics;

namespace LoadTool.Cli;

/// <summary>How to start this very program once more.</summary>
internal static class SelfProcess
{
    /// <summary>The command line of another `loadtool`: through `dotnet` when that runs this one.</summary>
    internal static ProcessStartInfo StartInfo(params ReadOnlySpan<string> arguments)
    {
        string self = Environment.ProcessPath!;
        ProcessStartInfo start = new(self);
        if (Path.GetFileNameWithoutExtension(self).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
            start.ArgumentList.Add(typeof(SelfProcess).Assembly.Location);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        return start;
    }
}
