using System.Diagnostics;
using LoadTool.EndToEnd.Run;

namespace LoadTool.EndToEnd.Page;

/// <summary>A run of the tool with a live page, ended with its test.</summary>
internal sealed class LiveTool : IDisposable
{
    private const string Announcement = "live page: ";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task<string> _output;

    private LiveTool(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data?.StartsWith(Announcement, StringComparison.Ordinal) == true)
                _address.TrySetResult(new Uri(line.Data[Announcement.Length..]));
            else if (line.Data is null)
                _address.TrySetException(new InvalidOperationException("the tool ended without a live page"));
        };
        process.BeginErrorReadLine();
        _output = process.StandardOutput.ReadToEndAsync();
    }

    internal static LiveTool Start(string folder, params string[] arguments) => new(Process.Start(new ProcessStartInfo("dotnet", [Tool.Assembly, "run", .. arguments])
    {
        WorkingDirectory = folder,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!);

    internal Task<Uri> AddressAsync() => _address.Task.WaitAsync(Limit);

    internal async Task<int> ExitCodeAsync()
    {
        await _output.WaitAsync(Limit);
        await _process.WaitForExitAsync().WaitAsync(Limit);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
