namespace LoadTool;

/// <summary>Makes messages that differ, each in a buffer of the user that sends it: once that is large enough, a message allocates nothing. Made by <see cref="Payload"/>.</summary>
public abstract class PayloadGenerator
{
    /// <summary>The largest message in bytes; a distribution that draws more, or less than 0, is taken at the end of this range.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    private protected PayloadGenerator()
    {
    }

    /// <summary>Makes the user's next message.</summary>
    /// <param name="user">Who sends it; its number, its chance and its buffer are used.</param>
    /// <returns>The message, to be sent before the user's next one is made: that takes the same buffer.</returns>
    public abstract ReadOnlyMemory<byte> For(VirtualUser user);

    private protected static int Draw(Distribution bytes, VirtualUser user) => (int)Math.Clamp(bytes.NextInteger(user), 0, MaxBytes);
}
