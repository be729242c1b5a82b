namespace LoadTool.Analysis.Capacity;

/// <summary>
/// Where a curve of latency over load turns upwards: the point that lies furthest below the straight line between both ends (Kneedle: Satopää, Albrecht, Irwin and
/// Raghavan, 2011), with latencies as their logarithms, because near saturation they grow by factors.
/// </summary>
internal static class Knee
{
    /// <summary>Fewer points have no shape.</summary>
    internal const int LeastPoints = 5;

    /// <summary>Finds it.</summary>
    /// <param name="points">Load and latency, both positive.</param>
    /// <returns>The load; null when there are too few, or the curve has no turn.</returns>
    internal static double? Of(IEnumerable<(double Load, double Latency)> points)
    {
        (double X, double Y)[] curve = [.. points.OrderBy(point => point.Load).Select(point => (point.Load, Math.Log(point.Latency)))];
        if (curve.Length < LeastPoints)
            return null;
        double left = curve[0].X, width = curve[^1].X - left, low = curve.Min(point => point.Y), height = curve.Max(point => point.Y) - low;
        if (width <= 0 || height <= 0)
            return null;
        (double furthest, double load) = curve.Select(point => ((point.X - left) / width - (point.Y - low) / height, point.X)).Max();

        // A turn goes further off than from one point to the next (a sensitivity of 1); and what falls with the load has none.
        return furthest > 1.0 / (curve.Length - 1) && curve[^1].Y > curve[0].Y ? load : null;
    }
}
