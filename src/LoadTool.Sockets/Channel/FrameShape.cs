using LoadTool.Sockets.Protocol;

namespace LoadTool.Sockets;

/// <summary>How a payload is framed.</summary>
/// <param name="Opcode">Of the first frame; those after it are continuations.</param>
/// <param name="IsFinal">True when the payload ends its message.</param>
/// <param name="ReservedBits">Of the first frame.</param>
/// <param name="FrameBytes">The largest payload of one frame.</param>
/// <param name="IsRaw">True when the payload goes out as it is, for it has its headers already: then nothing else of this counts.</param>
internal readonly record struct FrameShape(Opcode Opcode, bool IsFinal, int ReservedBits = 0, int FrameBytes = int.MaxValue, bool IsRaw = false);
