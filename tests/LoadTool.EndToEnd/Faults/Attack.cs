using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using LoadTool.EndToEnd.Sockets;

namespace LoadTool.EndToEnd.Faults;

/// <summary>One connection of a misbehaving server: what its script may do.</summary>
internal sealed class Attack(RawConnection connection, ClientHost host, ManualClock clock) : IDisposable
{
    /// <summary>The message by which a client that was not disturbed knows the end.</summary>
    public static readonly byte[] Fine = RawPeer.Frame(2, "fine"u8.ToArray());

    /// <summary>What a client may take of something endless before it must have ended.</summary>
    private const long MaxFloodBytes = 64 << 20;

    private Stream _wire = new NetworkStream(connection.Socket);
    private Task? _reading;
    private long _sent;
    private bool _isReset;

    public string Request { get; private set; } = "";

    public ClientWire Wire { get; } = new();

    /// <summary>How the client ended TCP.</summary>
    public string End { get; private set; } = "none";

    public RawConnection Connection => connection;

    /// <summary>The server's side of TLS.</summary>
    public async Task SecureAsync()
    {
        SslStream session = new(_wire);
        _wire = session;
        await session.AuthenticateAsServerAsync(TestCertificates.Instance.Show(TestCertificates.Instance.Server));
    }

    public async Task ReadRequestAsync()
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await _wire.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }

        Request = head.ToString();
    }

    /// <summary>Reads the request and accepts it.</summary>
    public async Task AcceptAsync()
    {
        await ReadRequestAsync();
        await SendAsync(RawPeer.Answer(Request));
    }

    /// <summary>Reads the request and accepts it with an extension.</summary>
    public async Task AcceptAsync(string extension)
    {
        await ReadRequestAsync();
        await SendAsync([.. RawPeer.Answer(Request)[..^2], .. Encoding.ASCII.GetBytes($"Sec-WebSocket-Extensions: {extension}\r\n\r\n")]);
    }

    public async Task SendAsync(byte[] bytes)
    {
        await _wire.WriteAsync(bytes);
        _sent += bytes.Length;
    }

    /// <summary>Sends the same again and again until the client goes away.</summary>
    public async Task FloodAsync(byte[] bytes)
    {
        try
        {
            while (_sent < MaxFloodBytes)
                await SendAsync(bytes);
        }
        catch (IOException)
        {
            return;
        }

        Assert.Fail($"The client took {_sent} bytes and went on.");
    }

    /// <summary>FIN.</summary>
    public void Finish() => connection.Socket.Shutdown(SocketShutdown.Send);

    /// <summary>RST.</summary>
    public void Reset()
    {
        _isReset = true;
        connection.Reset();
    }

    /// <summary>Until the client has read all that was sent; not for TLS, whose records count more.</summary>
    public Task UntilReadAsync() => host.UntilAsync(() => host.Loop.Counters.BytesReceived >= _sent);

    /// <summary>Until the client has let the connection go.</summary>
    public Task UntilGoneAsync() => host.UntilAsync(() => host.Loop.Counters.Connections == 0);

    /// <summary>Time passes for the client, once it has done with what it was at.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        await host.RunAsync(() => Task.CompletedTask);
        clock.Advance(time);
        await host.RunAsync(() => Task.CompletedTask);
    }

    /// <summary>Time passes for the client until it gives up, once it has read all that was sent.</summary>
    public async Task PassUntilGoneAsync()
    {
        await UntilReadAsync();
        await host.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return host.Loop.Counters.Connections == 0;
        });
    }

    /// <summary>Some of a message under way.</summary>
    public async Task ReadSomeAsync() => Wire.Add(await connection.ReadAsync(100_000));

    /// <summary>Until the client has sent its Close frame.</summary>
    public async Task ReadCloseAsync()
    {
        byte[] bytes = new byte[64 * 1024];
        while (Wire.CloseCode is null)
        {
            int read = await _wire.ReadAsync(bytes);
            Assert.True(read > 0, "The client ended without a Close frame.");
            Wire.Add(bytes.AsSpan(0, read));
        }
    }

    /// <summary>Begins to read what the client sends, to its end.</summary>
    /// <param name="answersClose">Answers a Close frame, and ends TCP.</param>
    public Task StartReading(bool answersClose) => _reading ??= _isReset ? Task.CompletedTask : ReadToEndAsync(answersClose);

    public void Dispose()
    {
        _wire.Dispose();
        connection.Dispose();
    }

    private async Task ReadToEndAsync(bool answersClose)
    {
        byte[] bytes = new byte[64 * 1024];
        try
        {
            for (int read; (read = await _wire.ReadAsync(bytes)) > 0;)
            {
                if (Request.Length > 0)
                    Wire.Add(bytes.AsSpan(0, read));
                if (!answersClose || Wire.CloseCode is null)
                    continue;
                answersClose = false;
                await SendAsync(RawPeer.Close(1000));
                Finish();
            }

            End = "FIN";
        }
        catch (IOException)
        {
            End = "RST";
        }
    }
}
