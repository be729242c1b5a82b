using LoadTool.Sockets;
using Windows.Networking.Sockets;

namespace LoadTool.Cli.Lab;

/// <summary>What one connection does from the moment it is counted from: until then nothing is.</summary>
internal sealed class LabStretch
{
    private TcpInfo? _before;

    /// <summary>Nanoseconds of the loop's clock; before it begins, a moment that never comes.</summary>
    internal long BeganAt { get; private set; } = long.MaxValue;

    internal long EndedAt { get; private set; } = long.MaxValue;

    /// <summary>Messages written, and when it ends all answered.</summary>
    internal long Messages { get; private set; }

    internal long? SegmentsSent { get; private set; }

    internal long? SegmentsReceived { get; private set; }

    internal bool HasBegun => BeganAt != long.MaxValue;

    internal double Seconds => (EndedAt - BeganAt) / 1e9;

    internal void Begin(long now, MessageWebSocket socket) => (BeganAt, _before) = (now, socket.Information.ReadTcpInfo());

    internal void Count(long messages) => Messages += HasBegun ? messages : 0;

    internal void End(long now, MessageWebSocket socket)
    {
        TcpInfo? after = socket.Information.ReadTcpInfo();
        (EndedAt, SegmentsSent, SegmentsReceived) = (now, after?.SegmentsSent - _before?.SegmentsSent, after?.SegmentsReceived - _before?.SegmentsReceived);
    }
}
