using LoadTool.Cli.Commands;
using LoadTool.Cli.Planning;
using LoadTool.Outputs.Terminal;
using LoadTool.Sockets;

namespace LoadTool.Tests.Planning;

public sealed class PlanTextTests
{
    private static readonly RunRequest Request = new() { Script = "a.csx", ScriptArguments = [], Target = new Uri("ws://a/") };
    private static readonly MachineLimits Enough = new(OpenFiles: 20_000, new PortRange(32_768, 60_999), MemoryBytes: 10_000_000_000);

    private static readonly Scenario[] Scenarios =
    [
        Scenario.Create("echo", _ => Task.CompletedTask).WithWarmUpDuration(TimeSpan.FromSeconds(5)).WithConnectRate(50).WithLoadSimulations(
            Simulation.RampingConstant(60, TimeSpan.FromSeconds(30)), Simulation.KeepConstant(60, TimeSpan.FromSeconds(30))),
        Scenario.Create("storm", _ => Task.CompletedTask).WithLoadSimulations(
            Simulation.Pause(TimeSpan.FromSeconds(30)), Simulation.Inject(40, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30))),
    ];

    [Fact]
    public void A_plan_shows_when_what_is_started_and_what_it_needs()
    {
        Assert.Equal(
            """
            plan of a.csx; nothing is started

            scenario echo
              before       5 s      warm-up with the load from its beginning, thrown away
              throughout            at most 50 connections begun per second
              from 0:00    30 s     0 to 60 users
              from 0:30    30 s     60 users
              users     |▁▁▁▁▂▂▂▂▃▃▃▄▄▄▄▅▅▅▅▆▆▆▆▇▇▇██████████████████████████████████| up to 60

            scenario storm
              from 0:00    30 s     nothing
              from 0:30    30 s     40/s, evenly spaced arrivals
              arrivals  |                              ██████████████████████████████| up to 40/s

            together     1m00s; 1,200 arrivals; at most 60 users side by side
                         ends after 500 iterations, if it has not ended before

            needed at a time, if every user holds one socket, and every arrival one for a second:
            sockets      100
            local ports  100 of 28,232 for each address of the target
            open files   300 of 20,000
            memory       about 680 kB of 10.0 GB, an estimate without what messages and the script hold

            """,
            Text(Scenarios, Request with { Iterations = 500 }, Enough));
    }

    [Fact]
    public void What_is_short_is_told_with_its_remedy()
    {
        string text = Text(Scenarios, Request with { Target = null }, new MachineLimits(OpenFiles: 280, new PortRange(40_000, 40_089), MemoryBytes: 1_000_000));

        Assert.Contains("open files   300 of 280; as many in the target server that the run starts\n", text);
        Assert.EndsWith(
            """
            warning: local ports are short by 10: widen net.ipv4.ip_local_port_range, or spread the sockets over several addresses with socket.Control.Tuning.LocalAddress
            warning: open files are short by 20 when arrivals stay for a second: raise the limit with `ulimit -n 300`
            warning: memory is short by about 250 kB: use fewer users, or a machine with more of it

            """,
            text);
    }

    [Fact]
    public void What_a_system_does_not_tell_is_left_out()
    {
        string text = Text(Scenarios, Request, new MachineLimits(OpenFiles: null, Ports: null, MemoryBytes: null));

        Assert.Contains("local ports  100 for each address", text);
        Assert.Contains("open files   300\n", text);
        Assert.DoesNotContain("warning", text);
    }

    [Fact]
    public void A_load_that_ends_with_its_iterations_has_no_chart()
    {
        Scenario[] endless = [Scenario.Create("a", _ => Task.CompletedTask).WithLoadSimulations(Simulation.IterationsForConstant(8, 100))];

        string text = Text(endless, Request, Enough);

        Assert.Contains("  from 0:00             8 users, until 100 iterations have run\n", text);
        Assert.Contains("together     0 s, then until the iterations have run; 0 arrivals; at most 8 users side by side\n", text);
        Assert.DoesNotContain('|', text);
    }

    [Fact]
    public void Only_nothing_is_blank_in_a_chart() => Assert.Equal(" ▁▁▂▄▅▇█", Sparkline.Of([0, 0.001, 1, 2, 4, 5, 7, 8]));

    [Fact]
    public void This_machine_has_some_of_everything()
    {
        MachineLimits limits = MachineLimits.Read();

        Assert.True(limits.MemoryBytes > 0);
        Assert.Equal(OperatingSystem.IsLinux(), limits is { OpenFiles: > 0, Ports: not null });
    }

    private static string Text(Scenario[] scenarios, RunRequest request, MachineLimits limits)
    {
        StringWriter output = new() { NewLine = "\n" };
        PlanText.Print(new RunPlan(scenarios, seed: 0, limit: null), request, limits, output);
        return output.ToString();
    }
}
