namespace LoadTool.Sockets.Protocol;

/// <summary>Judges the Sec-WebSocket-Extensions headers of both sides by RFC 7692, section 7.1. Allocates nothing.</summary>
internal static class DeflateNegotiation
{
    /// <summary>
    /// The client's judgement of one header of the server's answer. Strict: what was asked of the server must be granted in the answer, for
    /// "a server accepts an offer with this parameter by including it"; and no answer may widen what the client said of itself.
    /// </summary>
    /// <param name="header">The header's value; an empty one chooses nothing.</param>
    /// <param name="offer">What was offered.</param>
    /// <param name="agreed">What the headers before said, and this one; null while no extension was chosen. The client's own window is the smaller of
    /// both sides' words.</param>
    /// <returns>What is wrong, for people, and the connection fails; null when nothing is.</returns>
    public static string? ReadAnswer(ReadOnlySpan<byte> header, DeflateOptions offer, ref DeflateOptions? agreed)
    {
        var reader = new ExtensionReader(header);
        while (reader.TryReadExtension(out ReadOnlySpan<byte> name))
        {
            if (!IsDeflate(name))
                return "The server chose an extension that was not offered.";
            if (agreed is not null)
                return "The server chose permessage-deflate twice.";
            string? problem = ReadParameters(ref reader, isOffer: false, out DeflateOptions answer) ?? Contradiction(answer, offer);
            if (problem is not null)
                return problem;
            agreed = answer with
            {
                // Our own promise holds even when the server does not repeat it.
                ClientNoContextTakeover = answer.ClientNoContextTakeover || offer.ClientNoContextTakeover,
                ClientMaxWindowBits = answer.ClientMaxWindowBits ?? offer.ClientMaxWindowBits,
            };
        }

        return reader.IsMalformed ? "The answer's Sec-WebSocket-Extensions breaks the grammar of RFC 6455." : null;
    }

    /// <summary>
    /// The server's judgement of one header of a request: the first offer that can be honoured is taken, the others are declined silently.
    /// </summary>
    /// <param name="header">The header's value: offers in the client's order of preference.</param>
    /// <param name="wanted">What the server asks for: no context where it says so, windows no larger than these.</param>
    /// <param name="agreed">What the headers before led to, and this one: the parameters of the answer; null while no offer was taken.</param>
    /// <returns>False when the header breaks the grammar, and the request is refused.</returns>
    public static bool TryReadOffers(ReadOnlySpan<byte> header, DeflateOptions wanted, ref DeflateOptions? agreed)
    {
        var reader = new ExtensionReader(header);
        while (reader.TryReadExtension(out ReadOnlySpan<byte> name))
        {
            bool isHonourable = ReadParameters(ref reader, isOffer: true, out DeflateOptions offer) is null && IsDeflate(name);
            if (isHonourable)
                agreed ??= Accept(offer, wanted);
        }

        return !reader.IsMalformed;
    }

    private static bool IsDeflate(ReadOnlySpan<byte> name) => name.SequenceEqual("permessage-deflate"u8);

    private static DeflateOptions Accept(DeflateOptions offer, DeflateOptions wanted) => new(
        ClientNoContextTakeover: offer.ClientNoContextTakeover || wanted.ClientNoContextTakeover,
        ServerNoContextTakeover: offer.ServerNoContextTakeover || wanted.ServerNoContextTakeover,
        ClientMaxWindowBits: LimitedClient(offer.ClientMaxWindowBits, wanted.ClientMaxWindowBits),
        ServerMaxWindowBits: Smaller(offer.ServerMaxWindowBits, wanted.ServerMaxWindowBits));

    /// <summary>Only a client that said so can be limited, and 15 bits are no limit worth an answer.</summary>
    private static int? LimitedClient(int? offered, int? wanted)
    {
        int? limit = offered is null ? null : Smaller(offered, wanted);
        return limit < DeflateOptions.MaxWindowBits ? limit : null;
    }

    private static int? Smaller(int? one, int? other) => one < other ? one : other ?? one;

    private static string? Contradiction(DeflateOptions answer, DeflateOptions offer)
    {
        if (offer.ServerNoContextTakeover && !answer.ServerNoContextTakeover)
            return "The server ignored server_no_context_takeover.";
        if (offer.ServerMaxWindowBits is not null && answer.ServerMaxWindowBits is null)
            return "The server ignored server_max_window_bits.";
        if (answer.ServerMaxWindowBits > offer.ServerMaxWindowBits)
            return "The server's server_max_window_bits is larger than offered.";
        if (answer.ClientMaxWindowBits is not null && offer.ClientMaxWindowBits is null)
            return "The server's answer has client_max_window_bits, which was not offered.";
        return answer.ClientMaxWindowBits > offer.ClientMaxWindowBits ? "The server's client_max_window_bits is larger than offered." : null;
    }

    /// <summary>Reads one extension's parameters to their end, also past a wrong one: the next offer stands behind them.</summary>
    private static string? ReadParameters(ref ExtensionReader reader, bool isOffer, out DeflateOptions options)
    {
        options = default;
        string? problem = null;
        while (reader.TryReadParameter(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value, out bool hasValue))
            problem ??= TakeParameter(name, value, hasValue, isOffer, ref options);
        return reader.IsMalformed ? "The answer's Sec-WebSocket-Extensions breaks the grammar of RFC 6455." : problem;
    }

    private static string? TakeParameter(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool hasValue, bool isOffer, ref DeflateOptions options)
    {
        if (name.SequenceEqual("server_no_context_takeover"u8))
        {
            if (hasValue || options.ServerNoContextTakeover)
                return "server_no_context_takeover has a value or occurs twice.";
            options = options with { ServerNoContextTakeover = true };
        }
        else if (name.SequenceEqual("client_no_context_takeover"u8))
        {
            if (hasValue || options.ClientNoContextTakeover)
                return "client_no_context_takeover has a value or occurs twice.";
            options = options with { ClientNoContextTakeover = true };
        }
        else if (name.SequenceEqual("server_max_window_bits"u8))
        {
            if (!TryReadBits(value, out int bits) || options.ServerMaxWindowBits is not null)
                return "server_max_window_bits is not a number from 8 to 15 or occurs twice.";
            options = options with { ServerMaxWindowBits = bits };
        }
        else if (name.SequenceEqual("client_max_window_bits"u8))
        {
            int bits = DeflateOptions.MaxWindowBits;
            bool isValid = (isOffer && !hasValue) || TryReadBits(value, out bits);
            if (!isValid || options.ClientMaxWindowBits is not null)
                return "client_max_window_bits is not a number from 8 to 15 or occurs twice.";
            options = options with { ClientMaxWindowBits = bits };
        }
        else
        {
            return "permessage-deflate has a parameter that RFC 7692 does not know.";
        }

        return null;
    }

    /// <summary>"A decimal integer value without leading zeroes between 8 to 15, inclusive"; in quotes a digit may stand behind a backslash.</summary>
    private static bool TryReadBits(ReadOnlySpan<byte> value, out int bits)
    {
        bits = 0;
        int digits = 0;
        foreach (byte character in value)
        {
            if (character == '\\')
                continue;
            if (!char.IsAsciiDigit((char)character) || (digits > 0 && bits == 0) || ++digits > 2)
                return false;
            bits = (bits * 10) + character - '0';
        }

        return bits is >= DeflateOptions.MinWindowBits and <= DeflateOptions.MaxWindowBits;
    }
}
