namespace LoadTool;

/// <summary>How far two words are apart.</summary>
internal static class TypoDistance
{
    /// <summary>Letters to insert, remove, replace or swap with their neighbour until one word is the other (optimal string alignment).</summary>
    internal static int Between(string a, string b)
    {
        int[] beforePrevious = [];
        int[] previous = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int[] current = new int[b.Length + 1];
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, 1 + Math.Min(previous[j], current[j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    current[j] = Math.Min(current[j], 1 + beforePrevious[j - 2]);
            }

            (beforePrevious, previous) = (previous, current);
        }

        return previous[b.Length];
    }
}
