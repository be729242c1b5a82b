using LoadTool.Sockets;

namespace LoadTool;

/// <summary>A wait of one virtual user for a moment, which the end of its run cuts short.</summary>
internal abstract class UserWait : LoopTimer
{
    /// <summary>Other waits of the same user, when it has several at a time.</summary>
    internal UserWait? Next { get; set; }

    /// <summary>The user is to stop: end the wait now.</summary>
    internal abstract void Stop();
}
