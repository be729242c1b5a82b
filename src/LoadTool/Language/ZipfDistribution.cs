namespace LoadTool;

/// <summary>
/// Zipf's distribution by rejection-inversion (Hörmann and Derflinger, 1996): a point is drawn under the curve x^-exponent, whose area is known
/// in closed form, and the nearest number is taken if the point also lies under that number's bar. Exact, without a table, about 1.1 draws a number.
/// </summary>
internal sealed class ZipfDistribution : Distribution
{
    private readonly double _count;
    private readonly double _exponent;
    private readonly double _areaFirst;
    private readonly double _areaLast;
    private readonly double _sureDistance;

    internal ZipfDistribution(long count, double exponent)
    {
        (_count, _exponent) = (count, exponent);

        // The first bar begins where the area left of its upper end is its whole height of 1, so that it is never refused.
        _areaFirst = Area(1.5) - 1;
        _areaLast = Area(count + 0.5);

        // So close below a number, a point is under its bar whichever number it is.
        _sureDistance = 2 - AreaInverse(Area(2.5) - Height(2));
    }

    internal override double Draw(SeededRandom chance)
    {
        while (true)
        {
            double area = _areaLast + chance.NextDouble() * (_areaFirst - _areaLast);
            double x = AreaInverse(area);
            double number = Math.Clamp(Math.Floor(x + 0.5), 1, _count);
            if (number - x <= _sureDistance || area >= Area(number + 0.5) - Height(number))
                return number;
        }
    }

    private double Height(double x) => Math.Exp(-_exponent * Math.Log(x));

    /// <summary>The area under the curve from 1 to x: (x^(1 - exponent) - 1) / (1 - exponent), which is log x where the exponent is 1.</summary>
    private double Area(double x)
    {
        double log = Math.Log(x);
        return ExpMinusOneOver((1 - _exponent) * log) * log;
    }

    private double AreaInverse(double area)
    {
        // Rounding may leave the range of the logarithm by a last digit.
        double scaled = Math.Max(-1, area * (1 - _exponent));
        return Math.Exp(LogOnePlusOver(scaled) * area);
    }

    /// <summary>(exp(x) - 1) / x, by its series near 0, where the difference would lose its digits.</summary>
    private static double ExpMinusOneOver(double x) =>
        Math.Abs(x) > 1e-5 ? (Math.Exp(x) - 1) / x : 1 + x / 2 * (1 + x / 3 * (1 + x / 4));

    /// <summary>log(1 + x) / x, by its series near 0.</summary>
    private static double LogOnePlusOver(double x) =>
        Math.Abs(x) > 1e-5 ? Math.Log(1 + x) / x : 1 - x * (1.0 / 2 - x * (1.0 / 3 - x / 4));
}
