namespace LoadTool.Tests.Protocol;

/// <summary>The ways a network can cut bytes into reads.</summary>
internal static class Cuts
{
    /// <summary>Every cut into two (the whole in one read among them), every byte alone, and random cuts from a fixed seed.</summary>
    public static IEnumerable<int[]> Of(int length)
    {
        for (int cut = 0; cut < length; cut++)
            yield return [cut, length - cut];
        yield return Enumerable.Repeat(1, length).ToArray();
        var random = new Random(length);
        for (int round = 0; round < 20; round++)
            yield return AtRandom(random, length);
    }

    public static int[] AtRandom(Random random, int length)
    {
        var pieces = new List<int>();
        for (int left = length; left > 0; left -= pieces[^1])
            pieces.Add(Math.Min(left, random.Next(0, 2) == 0 ? random.Next(0, 4) : random.Next(0, length + 1)));
        return [.. pieces];
    }

    public static IEnumerable<byte[]> Apply(byte[] bytes, int[] pieces)
    {
        int start = 0;
        foreach (int piece in pieces)
        {
            yield return bytes[start..(start + piece)];
            start += piece;
        }
    }
}
