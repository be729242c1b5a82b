namespace LoadTool;

/// <summary>Messages of drawn sizes, of random bytes or of readable text.</summary>
/// <param name="bytes">Their sizes.</param>
/// <param name="isText">Whether they are text.</param>
internal sealed class FilledPayload(Distribution bytes, bool isText) : PayloadGenerator
{
    private static ReadOnlySpan<byte> Pattern => "the quick brown fox jumps over the lazy dog "u8;

    public override ReadOnlyMemory<byte> For(VirtualUser user)
    {
        int size = Draw(bytes, user);
        Memory<byte> message = user.Extras.Buffer(size).AsMemory(0, size);
        user.Extras.Messages++;
        if (isText)
            FillText(message.Span);
        else
            user.Chance.NextBytes(message.Span);
        return message;
    }

    /// <summary>Readable ASCII, the same at each call.</summary>
    internal static void FillText(Span<byte> text)
    {
        for (; text.Length > Pattern.Length; text = text[Pattern.Length..])
            Pattern.CopyTo(text);
        Pattern[..text.Length].CopyTo(text);
    }
}
