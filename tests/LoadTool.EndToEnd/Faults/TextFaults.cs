namespace LoadTool.EndToEnd.Faults;

/// <summary>Text that is no UTF-8, told in the very bytes that make it so, and text in odd cuts that is.</summary>
internal static class TextFaults
{
    /// <summary>A stream socket takes no text at all.</summary>
    private static readonly SocketKind[] OfMessages = [SocketKind.Message, SocketKind.Event];

    public static readonly Misbehaviour[] Table =
    [
        Refused("Text with a byte that no UTF-8 has is refused", [0x81, 1, 0xFF]),
        Refused("Text with a lone continuation byte is refused", [0x81, 1, 0x80]),
        Refused("Text with a surrogate is refused", [0x81, 3, 0xED, 0xA0, 0x80]),
        Refused("Text with a pair of surrogates is refused", [0x81, 6, 0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80]),
        Refused("Text with an overlong slash is refused", [0x81, 2, 0xC0, 0xAF]),
        Refused("Text with an overlong form of three bytes is refused", [0x81, 3, 0xE0, 0x80, 0xAF]),
        Refused("Text with an overlong form of four bytes is refused", [0x81, 4, 0xF0, 0x80, 0x80, 0xAF]),
        Refused("Text beyond U+10FFFF is refused", [0x81, 4, 0xF4, 0x90, 0x80, 0x80]),
        Refused("Text with a lead byte of five is refused", [0x81, 5, 0xF8, 0x88, 0x80, 0x80, 0x80]),
        Refused("Text that ends inside a character is refused", [0x81, 1, 0xC3]),
        Refused("Text that ends inside a character in its last fragment is refused", [0x01, 1, 0x61, 0x80, 2, 0xF0, 0x9F]),
        Refused("Text cut inside a character by an empty last fragment is refused", [0x01, 1, 0xC3, 0x80, 0]),
        Refused("Text that goes wrong across fragments is refused", [0x01, 1, 0xC3, 0x80, 1, 0x41]),
        Refused("Text that goes wrong across a ping is refused", [0x01, 2, 0xE2, 0x82, 0x89, 0, 0x80, 1, 0x41]),
        Refused("Text that is wrong in the middle of a frame is refused before the frame has come", [0x81, 126, 0x10, 0, 0x61, 0xC3, 0x28]),
        Refused("Text that is wrong in a fragment is refused before the message has come", [0x01, 2, 0x61, 0xC0]),
        Accepted("Text cut inside a character by frames and pings is accepted", [0x01, 1, 0xF0, 0x89, 0, 0x00, 1, 0x9F, 0x8A, 0, 0x00, 1, 0x99, 0x80, 1, 0x82], "\u00F0\u009F\u0099\u0082"),
        Accepted("The last character of Unicode is accepted", [0x81, 4, 0xF4, 0x8F, 0xBF, 0xBF], "\u00F4\u008F\u00BF\u00BF"),
        Accepted("A NUL in text is accepted", [0x81, 1, 0], "\0"),
        Accepted("Bytes that are no UTF-8 in a binary message are accepted", [0x82, 1, 0xFF], "\u00FF"),
        new("Text to a stream socket is refused", attack => FrameFaults.SendAsync(attack, [0x81, 1, 0x61]))
        {
            Failure = Failure.Violation,
            CloseSent = 1003,
            End = "FIN",
            Kinds = [SocketKind.Stream],
        },
    ];

    private static Misbehaviour Refused(string name, byte[] bytes) => new(name, attack => FrameFaults.SendAsync(attack, bytes))
    {
        Failure = Failure.Violation,
        CloseSent = 1007,
        End = "FIN",
        Kinds = OfMessages,
    };

    private static Misbehaviour Accepted(string name, byte[] bytes, string received) =>
        new(name, attack => FrameFaults.SendAsync(attack, [.. bytes, .. Attack.Fine])) { Received = received, Kinds = OfMessages };
}
