using System.Runtime.CompilerServices;

namespace LoadTool.Sockets.Protocol;

/// <summary>
/// Turns received bytes into message pieces and control frames, whatever way the network cut them, and refuses what RFC 6455 forbids.
/// A mutable struct for a field: one lies in every socket, so it holds only what a cut can leave behind (48 bytes).
/// After an exception the reader is of no further use.
/// </summary>
internal struct FrameReader
{
    /// <summary>The control payload that has arrived so far; null unless a control frame was cut in its payload.</summary>
    private byte[]? _control;

    private long _frameBytesLeft;
    private uint _maskKey;
    private HeaderStart _header;
    private byte _headerBytes;
    private Opcode _frameOpcode;
    private Opcode _messageOpcode;
    private Utf8Validator _text;
    private State _state;
    private readonly byte _allowedReservedBits;
    private byte _messageReservedBits;

    /// <param name="expectMasked">True on a server: clients mask, servers do not (RFC 6455, section 5.1).</param>
    /// <param name="allowedReservedBits">Bits an extension has claimed for the first frame of a data message; RSV1 is 4.</param>
    public FrameReader(bool expectMasked, int allowedReservedBits = 0)
    {
        _state = expectMasked ? State.ExpectsMask : default;
        _allowedReservedBits = (byte)allowedReservedBits;
    }

    [Flags]
    private enum State : byte
    {
        ExpectsMask = 1,
        InsideFrame = 2,
        FrameIsFinal = 4,

        /// <summary>A data message has begun and its final frame has not ended.</summary>
        InsideMessage = 8,

        /// <summary>No piece of the current message has been handed out.</summary>
        AtMessageStart = 16,

        /// <summary>The piece handed out last was the first of its message.</summary>
        IsFirst = 32,

        /// <summary>The piece handed out last was the last of its message.</summary>
        EndsMessage = 64,
    }

    /// <summary>Text or Binary, of the piece handed out last.</summary>
    public readonly Opcode MessageOpcode => _messageOpcode;

    /// <summary>The reserved bits of the message's first frame. When any is set, text is not validated: an extension transformed it.</summary>
    public readonly int MessageReservedBits => _messageReservedBits;

    /// <summary>True when the piece handed out last begins its message.</summary>
    public readonly bool IsFirst => Has(State.IsFirst);

    /// <summary>True when the piece handed out last ends its message.</summary>
    public readonly bool EndsMessage => Has(State.EndsMessage);

    /// <summary>True when a frame has begun and not ended: silence now is a stall, not an idle connection.</summary>
    public readonly bool IsInsideFrame => Has(State.InsideFrame) || _headerBytes != 0;

    /// <summary>True when a frame of a message has begun, by its whole header, and not ended.</summary>
    public readonly bool IsInsideData => Has(State.InsideFrame) && _frameOpcode < Opcode.Close;

    /// <summary>Payload bytes of the current frame that have not arrived: how much room a message under assembly will need at least.</summary>
    public readonly long FrameBytesLeft => _frameBytesLeft;

    /// <summary>
    /// Consumes one event's bytes from the front of <paramref name="source"/>. What follows a Close frame is for the caller to ignore.
    /// </summary>
    /// <param name="source">Received bytes; unmasked in place, advanced past what was consumed, empty after
    /// <see cref="FrameEvent.NeedMore"/>.</param>
    /// <param name="payload">The piece, or the whole control payload; valid until the bytes under <paramref name="source"/> are reused.</param>
    /// <exception cref="FrameException">The peer broke RFC 6455 (1002), or its text is not UTF-8 (1007).</exception>
    public FrameEvent Read(ref Span<byte> source, out Span<byte> payload)
    {
        payload = default;
        while (Has(State.InsideFrame) || TryBeginFrame(ref source))
        {
            int length = (int)Math.Min(source.Length, _frameBytesLeft);
            if (length == 0 && _frameBytesLeft != 0)
                break;

            payload = source[..length];
            source = source[length..];
            Unmask(payload);
            _frameBytesLeft -= length;
            bool endsFrame = _frameBytesLeft == 0;
            if (endsFrame)
                _state &= ~State.InsideFrame;

            if (_frameOpcode >= Opcode.Close)
            {
                if (TryCompleteControl(ref payload, endsFrame))
                    return _frameOpcode switch { Opcode.Ping => FrameEvent.Ping, Opcode.Pong => FrameEvent.Pong, _ => FrameEvent.Close };
            }
            else if (length != 0 || Has(State.FrameIsFinal))
            {
                TakePiece(payload, endsMessage: endsFrame && Has(State.FrameIsFinal));
                return FrameEvent.Data;
            }
        }

        payload = default;
        return FrameEvent.NeedMore;
    }

    private bool TryBeginFrame(ref Span<byte> source)
    {
        if (!TryTakeHeader(ref source, out FrameHeader header))
            return false;

        Check(header);
        _state = (_state & ~State.FrameIsFinal) | State.InsideFrame | (header.IsFinal ? State.FrameIsFinal : 0);
        _frameOpcode = header.Opcode;
        _frameBytesLeft = header.PayloadLength;
        _maskKey = header.MaskKey;
        if (header.Opcode is Opcode.Text or Opcode.Binary)
        {
            _state |= State.InsideMessage | State.AtMessageStart;
            _messageOpcode = header.Opcode;
            _messageReservedBits = (byte)header.ReservedBits;
        }

        return true;
    }

    /// <summary>Reads the header where it lies; only a cut one is gathered in <see cref="_header"/>.</summary>
    private bool TryTakeHeader(ref Span<byte> source, out FrameHeader header)
    {
        if (_headerBytes == 0 && FrameHeader.TryRead(source, out header))
        {
            source = source[header.HeaderBytes..];
            return true;
        }

        Span<byte> gathered = _header;
        int before = _headerBytes;
        int taken = Math.Min(source.Length, FrameHeader.MaxHeaderBytes - before);
        source[..taken].CopyTo(gathered[before..]);
        if (!FrameHeader.TryRead(gathered[..(before + taken)], out header))
        {
            _headerBytes = (byte)(before + taken);
            source = source[taken..];
            return false;
        }

        _headerBytes = 0;
        source = source[(header.HeaderBytes - before)..];
        return true;
    }

    private readonly void Check(in FrameHeader header)
    {
        if (header.IsMasked != Has(State.ExpectsMask))
            throw FrameException.ProtocolError(header.IsMasked ? "A server's frame is masked." : "A client's frame is not masked.");

        int allowedReservedBits = header.Opcode is Opcode.Text or Opcode.Binary ? _allowedReservedBits : 0;
        if ((header.ReservedBits & ~allowedReservedBits) != 0)
            throw FrameException.ProtocolError("A frame has a reserved bit that no extension claimed.");

        switch (header.Opcode)
        {
            case Opcode.Continuation when !Has(State.InsideMessage):
                throw FrameException.ProtocolError("A continuation frame came before any message.");
            case Opcode.Text or Opcode.Binary when Has(State.InsideMessage):
                throw FrameException.ProtocolError("A message began inside another.");
            case Opcode.Close or Opcode.Ping or Opcode.Pong when !header.IsFinal:
                throw FrameException.ProtocolError("A control frame is fragmented.");
            case Opcode.Close or Opcode.Ping or Opcode.Pong when header.PayloadLength > FrameHeader.MaxControlPayloadBytes:
                throw FrameException.ProtocolError("A control frame is longer than 125 bytes.");
            case > Opcode.Binary and < Opcode.Close or > Opcode.Pong:
                throw FrameException.ProtocolError("A frame has an unknown opcode.");
        }
    }

    private void Unmask(Span<byte> payload)
    {
        if (!Has(State.ExpectsMask))
            return;
        Masking.Apply(payload, _maskKey, offset: 0);
        _maskKey = Masking.Advance(_maskKey, payload.Length);
    }

    /// <summary>A whole payload stays where it lies; one that comes in pieces is gathered, and leaves nothing behind once complete.</summary>
    private bool TryCompleteControl(ref Span<byte> payload, bool endsFrame)
    {
        if (_control is null && endsFrame)
            return true;

        _control ??= new byte[payload.Length + _frameBytesLeft];
        int end = _control.Length - (int)_frameBytesLeft;
        payload.CopyTo(_control.AsSpan(end - payload.Length));
        if (!endsFrame)
            return false;
        payload = _control;
        _control = null;
        return true;
    }

    private void TakePiece(ReadOnlySpan<byte> piece, bool endsMessage)
    {
        bool isFirst = Has(State.AtMessageStart);
        _state &= ~(State.AtMessageStart | State.IsFirst | State.EndsMessage);
        if (isFirst)
            _state |= State.IsFirst;
        if (endsMessage)
            _state = (_state | State.EndsMessage) & ~State.InsideMessage;

        if (_messageOpcode != Opcode.Text || _messageReservedBits != 0)
            return;
        if (!_text.TryAppend(piece))
            throw FrameException.InvalidUtf8("A text message is not UTF-8.");
        if (endsMessage && !_text.IsComplete)
            throw FrameException.InvalidUtf8("A text message ends inside a character.");
    }

    private readonly bool Has(State state) => (_state & state) != 0;

    [InlineArray(FrameHeader.MaxHeaderBytes)]
    private struct HeaderStart
    {
        private byte _first;
    }
}
