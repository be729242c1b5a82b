using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;

namespace LoadTool.Analysis.Statistics;

/// <summary>
/// The Universal Scalability Law fitted to measured throughputs (Gunther, Guerrilla Capacity Planning): at load N, X(N) = λN / (1 + σ(N - 1) + κN(N - 1)). λ is what one unit of
/// load gets alone, σ the share that queues, κ the cost of each pair agreeing.
/// </summary>
/// <param name="Lambda">λ, with its interval.</param>
/// <param name="Sigma">σ, with its interval; below zero means better than proportional, which usually is a load that had not warmed up.</param>
/// <param name="Kappa">κ, with its interval.</param>
/// <param name="Scatter">Standard deviation of measured over fitted throughput, as a share.</param>
internal sealed record ScalabilityLaw(Interval Lambda, Interval Sigma, Interval Kappa, double Scatter)
{
    /// <summary>Loads with fewer of which three figures cannot be told, and their scatter as well.</summary>
    internal const int LeastLoads = 5;

    private const int MostRounds = 200;
    private const double Settled = 1e-12;

    /// <summary>The load with the largest throughput; null when it only ever grows.</summary>
    internal double? Peak => Kappa.Estimate > 0 && Sigma.Estimate < 1 ? Math.Sqrt((1 - Sigma.Estimate) / Kappa.Estimate) : null;

    /// <summary>The fitted throughput.</summary>
    internal double Throughput(double load) => Throughput(load, Lambda.Estimate, Sigma.Estimate, Kappa.Estimate);

    /// <summary>Fits the law by least squares of the relative error: throughputs of small and large loads are known about as well, in percent.</summary>
    /// <param name="points">Load and throughput, both positive.</param>
    /// <param name="confidence">Of the intervals, such as 0.95.</param>
    /// <returns>Null when there are too few different loads, or no law that fits.</returns>
    internal static ScalabilityLaw? Fit(IReadOnlyList<(double Load, double Throughput)> points, double confidence)
    {
        if (points.Select(point => point.Load).Distinct().Count() < LeastLoads)
            return null;

        // N / X is a straight sum of 1, N - 1 and N (N - 1): where the search begins, and what it goes on from with the right weights.
        Vector<double> parts = Weighted(points, points.Select(point => point.Throughput));
        for (int round = 0; round < MostRounds; round++)
        {
            Vector<double> step = Step(points, parts);
            parts += step;
            if (step.PointwiseDivide(parts.PointwiseAbs() + 1e-300).AbsoluteMaximum() < Settled)
                break;
        }

        return parts[0] > 0 && points.All(point => Cost(point.Load, parts) > 0) ? Judge(points, parts, confidence) : null;
    }

    private static ScalabilityLaw Judge(IReadOnlyList<(double Load, double Throughput)> points, Vector<double> parts, double confidence)
    {
        int degrees = points.Count - 3;
        double variance = points.Sum(point => Math.Pow(Residual(point, parts), 2)) / degrees;
        Matrix<double> slopes = Slopes(points, parts);
        Matrix<double> covariance = slopes.TransposeThisAndMultiply(slopes).Inverse() * variance;
        double far = StudentT.InvCDF(0, 1, degrees, (1 + confidence) / 2);
        double lambda = 1 / parts[0], sigma = parts[1] / parts[0], kappa = parts[2] / parts[0];
        Vector<double> ofLambda = Vector<double>.Build.Dense([-lambda * lambda, 0, 0]);
        Vector<double> ofSigma = Vector<double>.Build.Dense([-sigma * lambda, lambda, 0]);
        Vector<double> ofKappa = Vector<double>.Build.Dense([-kappa * lambda, 0, lambda]);
        return new ScalabilityLaw(Around(lambda, ofLambda), Around(sigma, ofSigma), Around(kappa, ofKappa), Math.Sqrt(variance));

        Interval Around(double estimate, Vector<double> slope)
        {
            double error = Math.Sqrt(slope * covariance * slope);
            return new Interval(estimate, estimate - far * error, estimate + far * error);
        }
    }

    /// <summary>Of the logarithm of throughput: measured over fitted.</summary>
    private static double Residual((double Load, double Throughput) point, Vector<double> parts) => Math.Log(point.Throughput * Cost(point.Load, parts) / point.Load);

    private static double Cost(double load, Vector<double> parts) => parts[0] + parts[1] * (load - 1) + parts[2] * load * (load - 1);

    private static Vector<double> Weighted(IReadOnlyList<(double Load, double Throughput)> points, IEnumerable<double> weights)
    {
        Matrix<double> terms = Matrix<double>.Build.DenseOfRows(points.Zip(weights, (point, weight) => Terms(point.Load).Select(term => term * weight / point.Load)));
        return terms.QR().Solve(Vector<double>.Build.Dense(points.Count, 1));
    }

    private static Vector<double> Step(IReadOnlyList<(double Load, double Throughput)> points, Vector<double> parts)
    {
        Vector<double> residuals = Vector<double>.Build.DenseOfEnumerable(points.Select(point => Residual(point, parts)));
        return Slopes(points, parts).QR().Solve(-residuals);
    }

    /// <summary>How residuals change with the parts.</summary>
    private static Matrix<double> Slopes(IReadOnlyList<(double Load, double Throughput)> points, Vector<double> parts) =>
        Matrix<double>.Build.DenseOfRows(points.Select(point => Terms(point.Load).Select(term => term / Cost(point.Load, parts))));

    private static double[] Terms(double load) => [1, load - 1, load * (load - 1)];

    private static double Throughput(double load, double lambda, double sigma, double kappa) => lambda * load / (1 + sigma * (load - 1) + kappa * load * (load - 1));
}
