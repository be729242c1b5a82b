using System.Globalization;
using LoadTool.Cli.Commands;
using LoadTool.Outputs.Terminal;

namespace LoadTool.Cli.Planning;

/// <summary>A plan as people read it: what happens when, and what it needs of the machine.</summary>
internal static class PlanText
{
    // Measured: what each of 14,000 more users of a script that connects and waits added, to the resident memory of both processes and to the kernel's slab.

    /// <summary>Of this process, for a user with an idle socket.</summary>
    private const int UserBytes = 1_800;

    /// <summary>Of the kernel, for one end of a connection.</summary>
    private const int KernelBytes = 5_000;

    /// <summary>Of the target server, for its end of a connection.</summary>
    private const int TargetBytes = 700;

    internal static void Print(RunPlan plan, RunRequest request, MachineLimits limits, TextWriter output)
    {
        output.WriteLine($"plan of {request.Script}; nothing is started");
        IReadOnlyList<TimeSpan> moments = plan.Moments;
        double arrivals = 0;
        bool isEstimate = false;
        foreach (ScenarioPlan scenario in plan.Scenarios)
        {
            (double[] counts, bool isAbout) = moments.Count == 0 ? ([], false) : scenario.ArrivalsBetween(moments);
            (arrivals, isEstimate) = (arrivals + counts.Sum(), isEstimate | isAbout);
            output.WriteLine();
            PrintStages(scenario, output);
            PrintCharts(scenario, plan, counts, output);
        }

        string about = isEstimate ? "about " : "";
        output.WriteLine();
        output.WriteLine($"together     {Length(plan)}; {about}{Units.Count((long)Math.Round(arrivals))} arrivals; at most {Units.Count(plan.PeakUsers)} users side by side");
        if (request.Iterations is { } iterations)
            output.WriteLine($"             ends after {Units.Count(iterations)} iterations, if it has not ended before");
        PrintNeeds(plan, request.Target is null, limits, output);
    }

    private static string Length(RunPlan plan) => plan.Scenarios.Any(scenario => scenario.IsOpenEnded)
        ? $"{Units.Length(plan.Length)}, then until the iterations have run"
        : Units.Length(plan.Length);

    private static void PrintStages(ScenarioPlan scenario, TextWriter output)
    {
        output.WriteLine($"scenario {scenario.Scenario.Name}");
        if (scenario.Scenario.WarmUp is { } warmUp)
            output.WriteLine($"  before       {Units.Length(warmUp),-8} warm-up with the load from its beginning, thrown away");
        if (scenario.Scenario.ConnectsPerSecond is { } connects)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  throughout            at most {connects:0.###} connections begun per second"));
        foreach (PlannedStage stage in scenario.Stages)
        {
            string length = stage.Simulation.Iterations is null ? Units.Length(stage.End - stage.Start) : "";
            output.WriteLine($"  from {Units.Clock(stage.Start),-7} {length,-8} {stage.Describe()}");
        }
    }

    private static void PrintCharts(ScenarioPlan scenario, RunPlan plan, double[] counts, TextWriter output)
    {
        if (counts.Length == 0)
            return;
        TimeSpan last = plan.Length - TimeSpan.FromTicks(1);
        double[] users = [.. plan.Moments.SkipLast(1).Select(moment => moment + plan.Column / 2).Select(middle => (double)scenario.UsersFrom(middle < last ? middle : last))];
        if (users.Max() > 0)
            output.WriteLine($"  users     |{Sparkline.Of(users)}| up to {Units.Count(scenario.Stages.Max(stage => stage.Simulation.Copies))}");
        if (counts.Max() > 0)
            output.WriteLine($"  arrivals  |{Sparkline.Of(counts)}| up to {LoadText.PerSecond(counts.Max() / plan.Column.TotalSeconds)}");
    }

    private static void PrintNeeds(RunPlan plan, bool ownsTarget, MachineLimits limits, TextWriter output)
    {
        // What is not known is said: how long an iteration takes, and what a script does with it.
        long sockets = plan.PeakUsers + (long)Math.Ceiling(plan.PeakArrivalsPerSecond);
        long files = sockets + DescriptorLimit.OtherFiles;
        double memory = sockets * (double)(UserBytes + KernelBytes + (ownsTarget ? TargetBytes + KernelBytes : 0));
        long? ports = limits.Ports is { } range ? range.Last - range.First + 1 : null;
        output.WriteLine();
        output.WriteLine("needed at a time, if every user holds one socket, and every arrival one for a second:");
        output.WriteLine($"sockets      {Units.Count(sockets)}");
        output.WriteLine($"local ports  {Units.Count(sockets)}{Of(ports)} for each address of the target");
        output.WriteLine($"open files   {Units.Count(files)}{Of(limits.OpenFiles)}{(ownsTarget ? "; as many in the target server that the run starts" : "")}");
        output.WriteLine($"memory       about {Units.Bytes(memory)}{(limits.MemoryBytes is { } free ? $" of {Units.Bytes(free)}" : "")}, an estimate without what messages and the script hold");
        if (sockets > ports)
            output.WriteLine($"warning: local ports are short by {Units.Count(sockets - ports.Value)}: widen net.ipv4.ip_local_port_range, or spread the sockets over several addresses with socket.Control.Tuning.LocalAddress");
        if (files > limits.OpenFiles && plan.PeakUsers + DescriptorLimit.OtherFiles <= limits.OpenFiles)
            output.WriteLine($"warning: open files are short by {Units.Count(files - limits.OpenFiles.Value)} when arrivals stay for a second: raise the limit with `ulimit -n {files}`");
        if (memory > limits.MemoryBytes)
            output.WriteLine($"warning: memory is short by about {Units.Bytes(memory - limits.MemoryBytes.Value)}: use fewer users, or a machine with more of it");
    }

    private static string Of(long? limit) => limit is { } known ? $" of {Units.Count(known)}" : "";
}
