namespace LoadTool.EndToEnd.Faults;

/// <summary>What a client sends after its request, frame by frame; it must keep RFC 6455 whatever the server does.</summary>
internal sealed class ClientWire
{
    private readonly List<byte> _control = [];
    private byte[] _rest = [];
    private long _payloadLeft;

    /// <summary>Bytes of all kinds.</summary>
    public long Bytes { get; private set; }

    public int Pongs { get; private set; }

    /// <summary>The code of the Close frame, 1005 when it is empty; null while none has come.</summary>
    public int? CloseCode { get; private set; }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Bytes += bytes.Length;
        _rest = [.. _rest, .. bytes];
        int at = 0;
        while (TrySkipPayload(ref at) && TryReadFrame(ref at))
        {
        }

        _rest = _rest[at..];
    }

    private bool TrySkipPayload(ref int at)
    {
        int skipped = (int)Math.Min(_payloadLeft, _rest.Length - at);
        at += skipped;
        _payloadLeft -= skipped;
        return _payloadLeft == 0;
    }

    private bool TryReadFrame(ref int at)
    {
        ReadOnlySpan<byte> rest = _rest.AsSpan(at);
        if (rest.Length < 2)
            return false;
        int lengthBytes = (rest[1] & 0x7F) switch { 126 => 2, 127 => 8, _ => 0 };
        int header = 2 + lengthBytes + 4;
        if (rest.Length < header)
            return false;
        long length = lengthBytes == 0 ? rest[1] & 0x7F : 0;
        foreach (byte digit in rest.Slice(2, lengthBytes))
            length = length << 8 | digit;
        int opcode = rest[0] & 0xF;
        Assert.Null(CloseCode);
        Assert.True((rest[1] & 0x80) != 0 && (rest[0] & 0x70) == 0 && opcode is 0 or 1 or 2 or 8 or 9 or 10, $"The client sent {Convert.ToHexString(rest[..header])}.");
        if (opcode < 8)
        {
            _payloadLeft = length;
            at += header;
            return true;
        }

        Assert.True((rest[0] & 0x80) != 0 && length <= 125, "A control frame of the client is short and whole.");
        if (rest.Length < header + length)
            return false;
        ReadControl(opcode, rest.Slice(header - 4, 4), rest.Slice(header, (int)length));
        at += header + (int)length;
        return true;
    }

    private void ReadControl(int opcode, ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload)
    {
        if (opcode == 10)
            Pongs++;
        if (opcode != 8)
            return;
        _control.Clear();
        for (int i = 0; i < payload.Length; i++)
            _control.Add((byte)(payload[i] ^ key[i & 3]));
        CloseCode = _control.Count == 0 ? 1005 : _control[0] << 8 | _control[1];
    }
}
