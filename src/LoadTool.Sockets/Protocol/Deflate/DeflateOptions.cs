using LoadTool.Sockets.Protocol;

namespace LoadTool.Sockets;

/// <summary>
/// The parameters of permessage-deflate (RFC 7692, section 7.1): what a client offers, what a server asks for, or what both agreed on.
/// "Client" names the direction from the client to the server.
/// </summary>
/// <param name="ClientNoContextTakeover">The client forgets each message before it compresses the next.</param>
/// <param name="ServerNoContextTakeover">The server forgets each message before it compresses the next.</param>
/// <param name="ClientMaxWindowBits">8 to 15: the client compresses with a window of at most 2 to this power, in bytes. In an offer, null says that
/// the client cannot be limited; otherwise null is 15.</param>
/// <param name="ServerMaxWindowBits">8 to 15: the same for the server; null leaves it unsaid, which is 15.</param>
public readonly record struct DeflateOptions(
    bool ClientNoContextTakeover = false,
    bool ServerNoContextTakeover = false,
    int? ClientMaxWindowBits = null,
    int? ServerMaxWindowBits = null)
{
    /// <summary>The smallest window, in bits.</summary>
    public const int MinWindowBits = 8;

    /// <summary>The largest window, in bits.</summary>
    public const int MaxWindowBits = 15;

    /// <summary>Room for the longest header that offers or accepts, its line end included.</summary>
    internal const int MaxHeaderBytes = 192;

    /// <summary>What browsers offer: any context, any window.</summary>
    public static DeflateOptions OfBrowsers => new(ClientMaxWindowBits: MaxWindowBits);

    /// <summary>Refuses what cannot be written, or done.</summary>
    /// <exception cref="ArgumentException">A window is not of 8 to 15 bits.</exception>
    /// <exception cref="PlatformNotSupportedException">This runtime's zlib lacks a function.</exception>
    internal void Validate()
    {
        if (!ZlibStream.IsAvailable)
            throw new PlatformNotSupportedException("permessage-deflate needs the zlib that ships with .NET 10, and this runtime lacks it or a function of it.");
        if (ClientMaxWindowBits is < MinWindowBits or > MaxWindowBits)
            throw Failures.InvalidArgument("A window has 8 to 15 bits.", nameof(ClientMaxWindowBits));
        if (ServerMaxWindowBits is < MinWindowBits or > MaxWindowBits)
            throw Failures.InvalidArgument("A window has 8 to 15 bits.", nameof(ServerMaxWindowBits));
    }

    /// <summary>Writes the header's line that offers these parameters, or that accepts them.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="isOffer">True in a request: a client window of 15 bits is written without its value then, as browsers do.</param>
    internal void Append(ref HeadWriter writer, bool isOffer)
    {
        writer.Append("Sec-WebSocket-Extensions: permessage-deflate"u8);
        if (ServerNoContextTakeover)
            writer.Append("; server_no_context_takeover"u8);
        if (ClientNoContextTakeover)
            writer.Append("; client_no_context_takeover"u8);
        if (ServerMaxWindowBits is { } serverBits)
        {
            writer.Append("; server_max_window_bits="u8);
            writer.Append(serverBits);
        }

        if (ClientMaxWindowBits is { } clientBits)
        {
            writer.Append("; client_max_window_bits"u8);
            if (!isOffer || clientBits < MaxWindowBits)
            {
                writer.Append("="u8);
                writer.Append(clientBits);
            }
        }

        writer.Append("\r\n"u8);
    }
}
