namespace LoadTool;

/// <summary>Texts of one size with a marker in front.</summary>
/// <param name="bytes">The size.</param>
internal sealed class MarkedPayload(int bytes) : PayloadGenerator
{
    public override ReadOnlyMemory<byte> For(VirtualUser user)
    {
        UserExtras extras = user.Extras;
        if (extras.MarkerStream == 0)
            extras.MarkerStream = SplitMix.Hash(user.Share.Seed, unchecked((long)user.Share.Context.MarkerStream(user.Loop.Now)));
        Memory<byte> message = extras.Buffer(bytes).AsMemory(0, bytes);
        new LatencyMarker(extras.MarkerStream, (uint)user.Number, extras.Messages++, user.Loop.Now).Write(message.Span);
        FilledPayload.FillText(message.Span[LatencyMarker.Length..]);
        return message;
    }
}
