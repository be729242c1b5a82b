using LoadTool.Analysis.Statistics;
using MathNet.Numerics.Distributions;

namespace LoadTool.Tests.Analysis;

/// <summary>The law is found again in throughputs that obey it, and its intervals hold the truth as often as they say.</summary>
public sealed class ScalabilityLawTests
{
    private static readonly double[] Loads = [1, 2, 4, 8, 16, 24, 32, 48, 64];

    [Theory]
    [InlineData(1_000, 0.02, 0.0005)]
    [InlineData(50, 0.3, 0)]
    [InlineData(9e6, 0, 0.01)]
    [InlineData(1, 0, 0)]
    public void Throughputs_without_scatter_give_the_law_itself(double lambda, double sigma, double kappa)
    {
        ScalabilityLaw law = ScalabilityLaw.Fit([.. Loads.Select(load => (load, Law(load, lambda, sigma, kappa)))], 0.95)!;

        Assert.Equal(1, law.Lambda.Estimate / lambda, tolerance: 1e-6);
        Assert.Equal(sigma, law.Sigma.Estimate, tolerance: 1e-6);
        Assert.Equal(kappa, law.Kappa.Estimate, tolerance: 1e-7);
        Assert.Equal(1, law.Throughput(100) / Law(100, lambda, sigma, kappa), tolerance: 1e-4);
    }

    [Theory]
    [InlineData(0.02, 0.0005, 0.03, 1)]
    [InlineData(0.1, 0.001, 0.05, 2)]
    [InlineData(0.05, 0.0001, 0.01, 3)]
    public void Ninety_five_of_a_hundred_intervals_hold_the_truth(double sigma, double kappa, double scatter, int seed)
    {
        const int Experiments = 1_000;
        SeededRandom random = new(seed);
        int sigmas = 0, kappas = 0;
        for (int experiment = 0; experiment < Experiments; experiment++)
        {
            ScalabilityLaw law = ScalabilityLaw.Fit([.. Loads.Concat(Loads).Select(load => (load, Law(load, 1_000, sigma, kappa) * Math.Exp(Normal.Sample(random, 0, scatter))))], 0.95)!;
            sigmas += law.Sigma.Holds(sigma) ? 1 : 0;
            kappas += law.Kappa.Holds(kappa) ? 1 : 0;
        }

        Assert.True(sigmas is >= 935 and <= 965 && kappas is >= 935 and <= 965, $"seed {seed}: σ {sigmas}, κ {kappas} of {Experiments}");
    }

    [Fact]
    public void The_peak_is_where_more_load_brings_less()
    {
        ScalabilityLaw law = ScalabilityLaw.Fit([.. Loads.Select(load => (load, Law(load, 1_000, 0.04, 0.0006)))], 0.95)!;

        Assert.Equal(40, law.Peak!.Value, tolerance: 0.01);
        Assert.True(law.Throughput(40) > law.Throughput(39) && law.Throughput(40) > law.Throughput(41));
    }

    [Fact]
    public void Too_few_loads_give_nothing() =>
        Assert.Null(ScalabilityLaw.Fit([(1, 10), (2, 19), (4, 30), (8, 40), (8, 41)], 0.95));

    private static double Law(double load, double lambda, double sigma, double kappa) => lambda * load / (1 + sigma * (load - 1) + kappa * load * (load - 1));
}
