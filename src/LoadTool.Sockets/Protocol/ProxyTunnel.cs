namespace LoadTool.Sockets.Protocol;

/// <summary>The client's side of a tunnel through an HTTP proxy (RFC 9110, section 9.3.6).</summary>
internal static class ProxyTunnel
{
    /// <summary>Writes the request. Nothing in it is meant for the server, and nothing meant for the server is in it.</summary>
    /// <param name="destination">Where to write.</param>
    /// <param name="host">The server's name or address; an IPv6 address without brackets.</param>
    /// <param name="port">The server's port.</param>
    /// <param name="credential">The value of Proxy-Authorization, or null.</param>
    /// <param name="written">Bytes written.</param>
    /// <returns>False when <paramref name="destination"/> is too short.</returns>
    public static bool TryWriteRequest(Span<byte> destination, string host, int port, string? credential, out int written)
    {
        var writer = new HeadWriter(destination);
        writer.Append("CONNECT "u8);
        AppendAuthority(ref writer, host, port);
        writer.Append(" HTTP/1.1\r\nHost: "u8);
        AppendAuthority(ref writer, host, port);
        if (credential is not null)
        {
            writer.Append("\r\nProxy-Authorization: "u8);
            writer.Append(credential);
        }

        writer.Append("\r\n\r\n"u8);
        written = writer.Written;
        return !writer.Overflowed;
    }

    /// <summary>Reads the answer; any 2xx opens the tunnel.</summary>
    /// <param name="head">What <see cref="HttpHead.TryFindEnd"/> found.</param>
    /// <param name="status">The status, 100 to 999.</param>
    /// <returns>What is wrong with it, for people; null when nothing is.</returns>
    public static string? Read(ReadOnlySpan<byte> head, out int status)
    {
        var reader = new HttpHead(head);
        if (!reader.TryReadStatusLine(out status, out _))
            return reader.Problem;
        while (reader.TryReadHeader(out _, out _))
            continue;
        return reader.Problem;
    }

    private static void AppendAuthority(ref HeadWriter writer, string host, int port)
    {
        bool isIPv6 = host.Contains(':');
        if (isIPv6)
            writer.Append("["u8);
        writer.Append(host);
        writer.Append(isIPv6 ? "]:"u8 : ":"u8);
        writer.Append(port);
    }
}
