using System.Buffers.Binary;

namespace LoadTool.Outputs.Otlp;

/// <summary>Fields of a protobuf message, written one after another; for messages that are made by the thousand each second, whose sizes the generated code would compute at every level anew.</summary>
internal sealed class ProtoBuffer
{
    private const int Varint = 0, Fixed = 1, Delimited = 2;

    /// <summary>A field's key and a number of 64 bits, at their longest.</summary>
    private const int Room = 20;

    private byte[] _bytes = new byte[256];

    internal int Length { get; private set; }

    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    internal void Clear() => Length = 0;

    internal void AddFixed(int field, ulong value)
    {
        Reserve(Room);
        AddRaw(Key(field, Fixed));
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(Length), value);
        Length += sizeof(ulong);
    }

    internal void AddFixed(int field, double value) => AddFixed(field, BitConverter.DoubleToUInt64Bits(value));

    internal void AddVarint(int field, ulong value)
    {
        Reserve(Room);
        AddRaw(Key(field, Varint));
        AddRaw(value);
    }

    /// <summary>A number of type sint32.</summary>
    internal void AddSigned(int field, int value) => AddVarint(field, (uint)((value << 1) ^ (value >> 31)));

    /// <summary>A message within, or a packed list.</summary>
    internal void AddBytes(int field, ReadOnlySpan<byte> bytes)
    {
        Reserve(Room + bytes.Length);
        AddRaw(Key(field, Delimited));
        AddRaw((ulong)bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Fields that are encoded already; or numbers of a packed list.</summary>
    internal void AddEncoded(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>One number of a packed list.</summary>
    internal void AddPacked(ulong value)
    {
        Reserve(Room);
        AddRaw(value);
    }

    private static ulong Key(int field, int type) => (ulong)((field << 3) | type);

    private void AddRaw(ulong value)
    {
        for (; value > 0x7f; value >>= 7)
            _bytes[Length++] = (byte)(value | 0x80);
        _bytes[Length++] = (byte)value;
    }

    private void Reserve(int more)
    {
        if (_bytes.Length - Length < more)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + more));
    }
}
