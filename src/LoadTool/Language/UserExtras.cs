namespace LoadTool;

/// <summary>What a virtual user has only when its scenario asks for it: users that do without cost nothing for it.</summary>
internal sealed class UserExtras
{
    private const int SmallestBuffer = 256;

    private byte[] _buffer = [];

    internal object? State { get; set; }

    internal Dictionary<string, object>? Data { get; set; }

    /// <summary>Count of messages that generators have made for the user.</summary>
    internal long Messages { get; set; }

    /// <summary>What the iteration returned that says itself how it ended.</summary>
    internal Response Response { get; set; } = Response.Ok();

    /// <summary>How the first step that was counted as failed in the current iteration did so.</summary>
    internal Outcome? StepFailure { get; set; }

    /// <inheritdoc cref="VirtualUser.Chance"/>
    internal SeededRandom? Chance { get; set; }

    /// <summary>Waits for turns to connect, under way.</summary>
    internal int Holds { get; set; }

    /// <summary>When the first of them began.</summary>
    internal long HeldSince { get; set; }

    /// <inheritdoc cref="VirtualUser.Held"/>
    internal long Held { get; set; }

    /// <summary>The same, as the current iteration began.</summary>
    internal long HeldBefore { get; set; }

    /// <summary>The stream of the markers that generators write for the user, or 0 before the first.</summary>
    internal ulong MarkerStream { get; set; }

    /// <summary>The user's own buffer, of at least this size; what was in it is lost.</summary>
    internal byte[] Buffer(int bytes)
    {
        if (_buffer.Length < bytes || _buffer.Length == 0)
            _buffer = GC.AllocateUninitializedArray<byte>(Math.Max(SmallestBuffer, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)bytes)));
        return _buffer;
    }
}
