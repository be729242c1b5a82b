using System.Buffers;
using System.Net;
using System.Text;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Sockets;

/// <summary>
/// How a connection came to be, or why not: what the server answered, and how long each phase took on the clock of the socket's loop. It describes the
/// last TCP connection that <c>ConnectAsync</c> made, with the name's resolution before it; a second one, made to show a credential, has a record of its own.
/// </summary>
public sealed class HandshakeInfo
{
    private IPEndPoint? _address;

    // The kept header lines; from the first question on, the list read from them.
    private object? _headers;

    // Narrow, because every socket keeps one.
    private ushort _status;
    private byte _addressesTried;
    private byte _phases;
    private bool _isAccepted;

    internal HandshakeInfo()
    {
    }

    /// <summary>The HTTP status of the answer; 0 while there is none, or none that can be read.</summary>
    public int Status => _status;

    /// <summary>
    /// The answer's headers in their order, but for Upgrade, Connection and Sec-WebSocket-Accept, which are the same in every good one; at most 128, and
    /// 32 KB. Bytes beyond ASCII are taken for Latin-1. Empty while there is no answer.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers
    {
        get
        {
            if (_headers is byte[] lines)
                _headers = Parse(lines);
            return (IReadOnlyList<KeyValuePair<string, string>>?)_headers ?? [];
        }
    }

    /// <summary>The subprotocol agreed on, or null.</summary>
    public string? Subprotocol => _isAccepted ? ValueOf("Sec-WebSocket-Protocol") : null;

    /// <summary>The extensions agreed on, as the server wrote them; null for none.</summary>
    public string? Extensions => _isAccepted ? ValueOf("Sec-WebSocket-Extensions") : null;

    /// <summary>Bytes of the upgrade request; without those of TLS, and of a request to a proxy.</summary>
    public int BytesSent { get; internal set; }

    /// <summary>Bytes of the answer's head so far.</summary>
    public int BytesReceived { get; internal set; }

    /// <summary>The address that was tried last, the proxy's where there is one; null before the first.</summary>
    public IPEndPoint? AddressTried => _address is null ? null : new(_address.Address, _address.Port);

    /// <summary>The other end of the TCP connection, be it a proxy; null when there was none.</summary>
    public IPEndPoint? RemoteEndPoint => IsConnected ? AddressTried : null;

    /// <summary>How many addresses were tried, the last one included.</summary>
    public int AddressesTried => _addressesTried;

    /// <summary>Time for resolving the name; zero for an address.</summary>
    public TimeSpan DnsDuration { get; private set; }

    /// <summary>Time for TCP, of all <see cref="AddressesTried"/> together.</summary>
    public TimeSpan TcpDuration { get; private set; }

    /// <summary>Time from asking a proxy for a tunnel to the end of its answer; zero without a proxy.</summary>
    public TimeSpan ProxyDuration { get; private set; }

    /// <summary>Time for the TLS handshake, without handlers that judge the server; zero without TLS.</summary>
    public TimeSpan TlsDuration { get; private set; }

    /// <summary>Time from the upgrade request to the end of the answer's head.</summary>
    public TimeSpan UpgradeDuration { get; private set; }

    internal bool IsConnected { get; set; }

    internal void Try(IPEndPoint address)
    {
        _address = address;
        _addressesTried++;
    }

    /// <summary>True when the connection went through the phase, however short it was.</summary>
    internal bool WentThrough(ConnectionPhase phase) => (_phases & 1 << (int)phase) != 0;

    internal void Took(ConnectionPhase phase, long nanoseconds)
    {
        _phases |= (byte)(1 << (int)phase);
        TimeSpan duration = TimeSpan.FromTicks((nanoseconds + (TimeSpan.NanosecondsPerTick / 2)) / TimeSpan.NanosecondsPerTick);
        switch (phase)
        {
            case ConnectionPhase.Dns:
                DnsDuration += duration;
                break;
            case ConnectionPhase.Tcp:
                TcpDuration += duration;
                break;
            case ConnectionPhase.Proxy:
                ProxyDuration += duration;
                break;
            case ConnectionPhase.Tls:
                TlsDuration += duration;
                break;
            default:
                UpgradeDuration += duration;
                break;
        }
    }

    /// <summary>Keeps of an answer what is worth it: of a lean one nothing.</summary>
    /// <param name="head">Valid until this returns.</param>
    /// <param name="isAccepted">True when it opened the socket.</param>
    internal void Answer(ReadOnlySpan<byte> head, bool isAccepted)
    {
        var reader = new HttpHead(head);
        if (!reader.TryReadStatusLine(out int status, out _))
            return;
        _status = (ushort)status;
        _isAccepted = isAccepted;
        byte[] kept = ArrayPool<byte>.Shared.Rent(head.Length);
        int length = 0;
        while (reader.TryReadHeader(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            if (!IsOfEveryAnswer(name))
                length += Write(name, value, kept.AsSpan(length));
        }

        if (length > 0)
            _headers = kept.AsSpan(0, length).ToArray();
        ArrayPool<byte>.Shared.Return(kept);
    }

    /// <summary>A header's values, or null when it has none.</summary>
    private string? ValueOf(string name)
    {
        string values = string.Join(
            ", ", Headers.Where(header => header.Value.Length > 0 && header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value));
        return values.Length > 0 ? values : null;
    }

    private static bool IsOfEveryAnswer(ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(name, "Upgrade"u8)
        || Ascii.EqualsIgnoreCase(name, "Connection"u8) || Ascii.EqualsIgnoreCase(name, "Sec-WebSocket-Accept"u8);

    /// <summary>A line without the white space it came with, so never longer than it came.</summary>
    private static int Write(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, Span<byte> line)
    {
        name.CopyTo(line);
        line[name.Length] = (byte)':';
        value.CopyTo(line[(name.Length + 1)..]);
        line[name.Length + 1 + value.Length] = (byte)'\n';
        return name.Length + value.Length + 2;
    }

    private static List<KeyValuePair<string, string>> Parse(ReadOnlySpan<byte> lines)
    {
        List<KeyValuePair<string, string>> headers = [];
        while (!lines.IsEmpty)
        {
            int colon = lines.IndexOf((byte)':');
            int end = lines.IndexOf((byte)'\n');
            headers.Add(new(Encoding.Latin1.GetString(lines[..colon]), Encoding.Latin1.GetString(lines[(colon + 1)..end])));
            lines = lines[(end + 1)..];
        }

        return headers;
    }
}
