using System.Diagnostics;

namespace LoadTool.EndToEnd.Servers;

/// <summary>An echo server in a process of its own, which prints its port and then how each of its connections was closed.</summary>
internal sealed class EchoPeer : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private EchoPeer(Process process, string scheme, int port) => (_process, Uri) = (process, new Uri($"{scheme}://127.0.0.1:{port}/"));

    internal Uri Uri { get; }

    /// <param name="program">What runs the script.</param>
    /// <param name="script">A file in <paramref name="folder"/>.</param>
    /// <param name="folder">Where to run it.</param>
    /// <param name="certificateFile">A key and a certificate in PEM, to serve wss with.</param>
    internal static async Task<EchoPeer> StartAsync(string program, string script, string folder, string? certificateFile = null)
    {
        Process process = Process.Start(new ProcessStartInfo(program, certificateFile is null ? [script] : [script, certificateFile]) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        string? port = await process.StandardOutput.ReadLineAsync().WaitAsync(Limit);
        return new EchoPeer(process, certificateFile is null ? "ws" : "wss", int.Parse(port!, System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>How the next connections were closed, in the server's words.</summary>
    internal async Task<IReadOnlyList<string>> ClosesAsync(long count)
    {
        List<string> closes = [];
        while (closes.Count < count)
            closes.Add(await _process.StandardOutput.ReadLineAsync().WaitAsync(Limit) ?? throw new EndOfStreamException($"the server ended after {closes.Count} closes"));
        return closes;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using CancellationTokenSource limit = new(Limit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!_process.HasExited)
                _process.Kill();
            _process.Dispose();
        }
    }
}
