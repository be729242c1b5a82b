using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LoadTool.EndToEnd.Programs;

/// <summary>A server of somebody else's in a process and a folder of its own, both gone with the test.</summary>
internal sealed class BackgroundProgram : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly Process _process;
    private readonly StringBuilder _printed = new();

    private BackgroundProgram(Process process) => _process = process;

    internal int Id => _process.Id;

    /// <summary>What it printed so far.</summary>
    internal string Printed
    {
        get
        {
            lock (_printed)
                return _printed.ToString();
        }
    }

    internal static BackgroundProgram Start(string file, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string>? environment = null)
    {
        ProcessStartInfo start = new(file, arguments) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        BackgroundProgram program = new(Process.Start(start)!);
        program._process.OutputDataReceived += (_, line) => program.Keep(line.Data);
        program._process.ErrorDataReceived += (_, line) => program.Keep(line.Data);
        program._process.BeginOutputReadLine();
        program._process.BeginErrorReadLine();
        return program;
    }

    /// <summary>A TCP port of 127.0.0.1 that nobody has now, for programs that cannot be told to choose one.</summary>
    internal static int FreePort()
    {
        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    /// <summary>Asks again and again until the answer is yes; fails with what the program printed when it ends, or takes too long.</summary>
    internal async Task UntilAsync(Func<Task<bool>> isReady)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (!await AskAsync(isReady))
        {
            Assert.False(_process.HasExited, $"{_process.StartInfo.FileName} ended: {Printed}");
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Limit, $"{_process.StartInfo.FileName} is not ready: {Printed}");
            await Task.Delay(Look, TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().WaitAsync(Limit);
        _process.Dispose();
    }

    private static async Task<bool> AskAsync(Func<Task<bool>> isReady)
    {
        try
        {
            return await isReady();
        }
        catch (Exception error) when (error is HttpRequestException or SocketException or IOException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        lock (_printed)
            _printed.AppendLine(line);
    }
}
