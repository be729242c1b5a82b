namespace LoadTool.Tests.Protocol;

/// <summary>
/// RFC 1951 bit by bit, and RFC 7692, section 7.2.2, over one whole message after the other: slow and obvious. The context of earlier messages stays in it.
/// </summary>
internal sealed class SlowInflater
{
    private static readonly int[] LengthBase = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
    private static readonly int[] LengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

    private static readonly int[] DistanceBase =
        [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];

    private static readonly int[] CodeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    private readonly List<byte> _history = [];
    private byte[] _data = [];
    private int _bit;
    private bool _isWithinTail;

    /// <summary>The largest distance any match had so far.</summary>
    public int MaxDistance { get; private set; }

    /// <summary>
    /// True when a block that began before the tail ended in the tail's last byte, by chance: zlib, seen from outside, does then what it does after a
    /// whole message.
    /// </summary>
    public bool IsDoubtful { get; private set; }

    /// <summary>The message, or null when it is no valid one; of no further use then.</summary>
    public byte[]? Inflate(byte[] message)
    {
        _data = [.. message, 0x00, 0x00, 0xFF, 0xFF];
        _bit = 0;
        var plain = new List<byte>();
        try
        {
            while (_bit < _data.Length * 8)
            {
                _isWithinTail = false;
                bool isFinal = Bits(1) == 1;
                int start = _history.Count;
                ReadBlock(message.Length);
                plain.AddRange(_history[start..]);
                IsDoubtful = !_isWithinTail && _bit > (_data.Length - 1) * 8;
                if (!isFinal)
                    continue;
                _history.Clear();
                _bit = (_bit + 7) / 8 * 8;
            }
        }
        catch (FormatException)
        {
            return null;
        }

        return _isWithinTail ? [.. plain] : null;
    }

    private void ReadBlock(int messageBytes)
    {
        switch (Bits(2))
        {
            case 0:
                _bit = (_bit + 7) / 8 * 8;
                _isWithinTail = _bit == messageBytes * 8;
                int length = Bits(16);
                Require(Bits(16) == (~length & 0xFFFF));
                for (int i = 0; i < length; i++)
                    _history.Add((byte)Bits(8));
                break;
            case 1:
                int[] fixedLengths = [.. Enumerable.Repeat(8, 144), .. Enumerable.Repeat(9, 112), .. Enumerable.Repeat(7, 24), .. Enumerable.Repeat(8, 8)];
                ReadSymbols(Codes(fixedLengths), Codes([.. Enumerable.Repeat(5, 32)]));
                break;
            case 2:
                ReadDynamic();
                break;
            default:
                throw new FormatException();
        }
    }

    private void ReadDynamic()
    {
        int literals = Bits(5) + 257, distances = Bits(5) + 1, codeLengths = Bits(4) + 4;
        Require(literals <= 286 && distances <= 30);
        var lengths = new int[19];
        for (int i = 0; i < codeLengths; i++)
            lengths[CodeLengthOrder[i]] = Bits(3);
        Require(IsComplete(lengths));
        Dictionary<(int, int), int> codes = Codes(lengths);
        var all = new List<int>();
        while (all.Count < literals + distances)
        {
            int symbol = Symbol(codes);
            Require(symbol != 16 || all.Count > 0);
            (int value, int times) = symbol switch
            {
                16 => (all[^1], 3 + Bits(2)),
                17 => (0, 3 + Bits(3)),
                18 => (0, 11 + Bits(7)),
                _ => (symbol, 1),
            };
            all.AddRange(Enumerable.Repeat(value, times));
        }

        Require(all.Count == literals + distances && all[256] != 0);
        int[] literalLengths = [.. all[..literals]], distanceLengths = [.. all[literals..]];
        Require(IsComplete(literalLengths) || literalLengths.Max() == 1);
        Require(IsComplete(distanceLengths) || (distanceLengths.Max() <= 1 && distanceLengths.Sum() <= 1));
        ReadSymbols(Codes(literalLengths), Codes(distanceLengths));
    }

    private void ReadSymbols(Dictionary<(int, int), int> literals, Dictionary<(int, int), int> distances)
    {
        for (int symbol; (symbol = Symbol(literals)) != 256;)
        {
            if (symbol < 256)
            {
                _history.Add((byte)symbol);
                continue;
            }

            Require(symbol < 286);
            int length = LengthBase[symbol - 257] + Bits(LengthExtra[symbol - 257]);
            int code = Symbol(distances);
            Require(code < 30);
            int distance = DistanceBase[code] + Bits(Math.Max(0, (code / 2) - 1));
            Require(distance <= _history.Count);
            MaxDistance = Math.Max(MaxDistance, distance);
            for (int i = 0; i < length; i++)
                _history.Add(_history[^distance]);
        }
    }

    private int Symbol(Dictionary<(int Length, int Code), int> codes)
    {
        int code = 0;
        for (int length = 1; length <= 15; length++)
        {
            code = (code << 1) | Bits(1);
            if (codes.TryGetValue((length, code), out int symbol))
                return symbol;
        }

        throw new FormatException();
    }

    private int Bits(int count)
    {
        int value = 0;
        for (int i = 0; i < count; i++, _bit++)
        {
            Require(_bit < _data.Length * 8);
            value |= ((_data[_bit / 8] >> (_bit % 8)) & 1) << i;
        }

        return value;
    }

    private static bool IsComplete(int[] lengths) => lengths.Where(length => length > 0).Sum(length => 1 << (15 - length)) == 1 << 15;

    private static Dictionary<(int, int), int> Codes(int[] lengths)
    {
        var codes = new Dictionary<(int, int), int>();
        int code = 0;
        for (int length = 1; length <= 15; length++, code <<= 1)
        {
            for (int symbol = 0; symbol < lengths.Length; symbol++)
            {
                if (lengths[symbol] == length)
                    codes[(length, code++)] = symbol;
            }
        }

        return codes;
    }

    private static void Require(bool condition)
    {
        if (!condition)
            throw new FormatException();
    }
}
