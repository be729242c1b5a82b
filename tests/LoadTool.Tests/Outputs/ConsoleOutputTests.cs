using LoadTool.Metrics;
using LoadTool.Outputs;
using LoadTool.Outputs.Terminal;
using Spectre.Console;

namespace LoadTool.Tests.Outputs;

public sealed class ConsoleOutputTests
{
    private const string Escape = "\x1b";

    [Fact]
    public void A_run_ends_with_one_screen_of_figures() => Assert.Equal(
        """
        degraded: generator lag p99 35.3 µs, max 90.2 ms
          degraded  scenario "echo", user 17, in step "echo", blocked its event loop: once, at worst 100 ms at 0:07.2, 0.14% of the run: await instead: no Thread.Sleep, .Result, .Wait() or long computation in a scenario
          note      the target is on this machine and shares its cores, 50% busy: for capacity figures put it on another one
        echo: 105,000 ok, 12 failed (0.011 %), 3 interrupted by the end, in 1m02s
          load set to 1.5 times the plan by hand at 0:31
        warm-up of 5.5 s before it thrown away: 321 iterations ok, 4 failed
        thresholds
          kept     echo: p(99) < 20ms (78.9 µs)
          crossed  errors: rate < 0.001% (0.011 %)
          kept     iterations: rate > 10/s (79.8/s)
          kept     echo: count > 1 (100,000)
          crossed  nothing: max < 1s (nothing was counted: is the name right?)
        failures
          10  ConnectionReset  open  connection reset
              first at 0:12, step echo, user 17, socket 18
           2  ScriptError            FormatException: [red]<script>\n\x1b[31mboom
              first at 0:02, user 3: FormatException: [red]<script>\n\x1b[31mboom\n  at echo.csx:7
        connects that failed, and the script went on
          7  ServiceUnavailable  upgrade  HTTP 503
             first at 0:01, socket 5
        connections lost while nobody awaited them
          12  ConnectionAborted  open  close 4001
        close codes received
          1000: 4,988, 4001: 12
        close codes sent
          1005: 4,988, 4001: 12

        latency                mean     p50     p75     p95     p99   p99.9     max
        connect                    5,000 ok      80.0/s         0 failed
          from intended     1.68 ms 1.23 ms 1.23 ms 2.50 ms 12.0 ms 12.0 ms 12.0 ms
          from actual start  839 µs  617 µs  617 µs 1.25 ms 6.00 ms 6.00 ms 6.00 ms
        echo                     100,000 ok     1.60k/s        12 failed 3 interrupted
          from intended     52.7 µs 34.5 µs 34.5 µs 78.9 µs 78.9 µs 78.9 µs  1.24 s
          from actual start 26.4 µs 17.3 µs 17.3 µs 39.5 µs 39.5 µs 39.5 µs  618 ms
          schedule          1,500 late, 7 dropped, 1 unmatched
        (connect wait)      2.00 ms 2.00 ms 2.00 ms 2.00 ms 2.00 ms 2.00 ms 2.00 ms
        (iterations)               4,985 ok      79.8/s        12 failed 3 interrupted
        connecting            count     p50     p95     p99     max
          all of it           5,000 1.23 ms 2.50 ms 2.50 ms 2.50 ms
          tcp                 5,000  150 µs  150 µs  150 µs  150 µs
          tls                 5,000  900 µs  900 µs  900 µs  900 µs
          tls full               12  900 µs  900 µs  900 µs  900 µs
          tls resumed         4,988  900 µs  900 µs  900 µs  900 µs
          upgrade             5,000  300 µs  300 µs  300 µs  300 µs
          first message       4,990  400 µs  400 µs  400 µs  400 µs
        reconnects  1,502 connections lost, 1,500 back in 1,800 attempts, 1 given up
          until back         693 ms  600 ms  600 ms  2.00 s  2.00 s  2.00 s  2.00 s
        storm 1 at 0:10: 1,500 of 5,000 cut, 1,780 attempts; back after 600 ms (first), 600 ms (median), 2.00 s (p99), 2.00 s (last); 1 never
        checks
          answer is the question       99,990 ok                    12 failed (0.012 %)
          room was free                 5,000 ok                     0 failed
        metrics
          orders            1,234,567 (19.8k/s)
          queue             -2.5 messages (between -3 and 1,200)
          basket            100 values, mean 29, p50 10, p95 200, p99 200, max 200 EUR
        broadcasts
          room              100 sent, 19,996 of 20,000 deliveries in time; 3 lost, 1 late, 2 duplicates, 4 out of order
          to the first       250 µs  250 µs  250 µs  250 µs  250 µs  250 µs  250 µs
          to the median     1.50 ms 1.50 ms 1.50 ms 1.50 ms 1.50 ms 1.50 ms 1.50 ms
          to the last       13.5 ms 4.50 ms 4.50 ms 4.50 ms 4.50 ms  900 ms  900 ms

        sent        100,015 messages (1.60k/s), 7.00 MB (112 kB/s)
        received    100,000 messages (1.60k/s), 6.60 MB (106 kB/s)
        deflate     sent 16.0 MB as 6.40 MB (1 : 2.5) in 125 ms
        tls         12 full handshakes, 4,988 resumed
        connections 5 still open at the end
        generator   CPU 2.00 s user, 3.00 s system (25.0 µs per message)
                    5 B allocated per message, 12.5 ms in GC pauses, 123 MB max RSS

        """,
        Summary(PlantedRun.Typical()));

    [Fact]
    public void A_run_in_which_nothing_happened_has_no_figures() => Assert.Equal(
        """
        echo: 0 ok, 0 failed, in 1m02s

        latency                mean     p50     p75     p95     p99   p99.9     max
        (iterations)                   0 ok         0/s         0 failed
          from intended           -       -       -       -       -       -       -
          from actual start       -       -       -       -       -       -       -

        sent        0 messages (0/s), 0 B (0 B/s)
        received    0 messages (0/s), 0 B (0 B/s)
        generator   CPU 2.00 s user, 3.00 s system
                    1.00 MB allocated, 12.5 ms in GC pauses, 123 MB max RSS

        """,
        Summary(PlantedRun.Result([], [PlantedRun.Figures("echo", "(iteration)")])));

    [Fact]
    public void Scenarios_are_named_when_there_are_several_and_iterations_stand_in_for_steps()
    {
        RunResult result = PlantedRun.Result(
            steps: [PlantedRun.Figures("chat [bold]", "say", PlantedRun.Latencies((1_000, 1)))],
            iterations:
            [
                PlantedRun.Figures("chat [bold]", "", PlantedRun.Latencies((2_000_000, 2))),
                PlantedRun.Figures("idle", "", PlantedRun.Latencies((3_000_000_000, 3))),
            ]);

        Assert.Contains(
            """
            scenario chat [bold]
            say                            1 ok      0.02/s         0 failed
              from intended     1.00 µs 1.00 µs 1.00 µs 1.00 µs 1.00 µs 1.00 µs 1.00 µs
              from actual start  500 ns  500 ns  500 ns  500 ns  500 ns  500 ns  500 ns
            (iterations)                   2 ok      0.03/s         0 failed
            scenario idle
            (iterations)                   3 ok      0.05/s         0 failed
              from intended      3.00 s  3.00 s  3.00 s  3.00 s  3.00 s  3.00 s  3.00 s
              from actual start  1.50 s  1.50 s  1.50 s  1.50 s  1.50 s  1.50 s  1.50 s

            """,
            Summary(result));
    }

    [Fact]
    public void The_ten_most_frequent_failures_are_shown_and_the_rest_counted()
    {
        KeyValuePair<Outcome, long>[] failures =
            [.. Enumerable.Range(0, 13).Select(index => KeyValuePair.Create(new Outcome($"Status{index}", new string((char)('a' + index), 200)), 2_000L - index))];

        string[] lines = Summary(PlantedRun.Result([], [PlantedRun.Figures("echo", "")], failures)).Split('\n');

        Assert.Equal("echo: 0 ok, 25,922 failed (100 %), in 1m02s", lines[0]);
        Assert.Equal("  2,000  Status0  " + new string('a', 99) + "…", lines[2]);
        Assert.Equal("  1,991  Status9  " + new string('j', 99) + "…", lines[11]);
        Assert.Equal("  5,967  of 3 further kinds", lines[12]);
        Assert.Equal("", lines[13]);
    }

    [Fact]
    public void Quiet_shows_how_it_went_and_every_trouble()
    {
        RunResult result = PlantedRun.Typical() with
        {
            WasStopped = true,
            CleanError = new ScenarioException("echo", "clean", new FormatException("not\na number")),
            OutputErrors = new Dictionary<string, string> { ["files"] = "No space left on device" },
        };

        Assert.Equal(
            """
            echo: 105,000 ok, 12 failed (0.011 %), 3 interrupted by the end, in 1m02s; stopped from outside, 1m00s were planned
              load set to 1.5 times the plan by hand at 0:31
            warm-up of 5.5 s before it thrown away: 321 iterations ok, 4 failed
            degraded: generator lag p99 35.3 µs, max 90.2 ms
              degraded  scenario "echo", user 17, in step "echo", blocked its event loop: once, at worst 100 ms at 0:07.2, 0.14% of the run: await instead: no Thread.Sleep, .Result, .Wait() or long computation in a scenario
            thresholds
              crossed  errors: rate < 0.001% (0.011 %)
              crossed  nothing: max < 1s (nothing was counted: is the name right?)
            failures
              10  ConnectionReset  open  connection reset
                  first at 0:12, step echo, user 17, socket 18
               2  ScriptError            FormatException: [red]<script>\n\x1b[31mboom
                  first at 0:02, user 3: FormatException: [red]<script>\n\x1b[31mboom\n  at echo.csx:7
            connects that failed, and the script went on
              7  ServiceUnavailable  upgrade  HTTP 503
                 first at 0:01, socket 5
            connections lost while nobody awaited them
              12  ConnectionAborted  open  close 4001
            checks
              answer is the question       99,990 ok                    12 failed (0.012 %)
            clean of scenario "echo" failed: not\na number
            output files failed: No space left on device

            """,
            Summary(result, quiet: true));
    }

    [Fact]
    public void Quiet_shows_nothing_while_the_run_lasts() =>
        Assert.Equal("", Progress(Redirected, quiet: true, Busy(1, new LogLine(PlantedRun.StartedAt, "logged"))));

    [Fact]
    public void A_redirected_run_has_a_plain_line_per_interval()
    {
        string progress = Progress(Redirected, quiet: false, Busy(1), Busy(62));

        Assert.Equal(
            """
            0:01/1:00  5,000 users  4,999 connections  80.0/s arrivals  sent 9.97k/s received 9.97k/s  echo p50 34.5 µs p99 78.9 µs  12 failed (ConnectionReset 10, ScriptError 2)  loop lag p99 35.0 µs max 90.0 ms
            1:02/1:00  5,000 users  4,999 connections  80.0/s arrivals  sent 9.97k/s received 9.97k/s  echo p50 34.5 µs p99 78.9 µs  24 failed (ConnectionReset 20, ScriptError 4)  loop lag p99 35.0 µs max 90.0 ms

            """,
            progress);
    }

    [Fact]
    public void A_terminal_sees_the_run_in_a_few_lines_that_are_written_over_and_cleared_at_the_end()
    {
        string[] frames = Progress(Terminal(width: 100, height: 24), quiet: false, Busy(30), Busy(45)).Split($"\r{Escape}[5A{Escape}[J");

        Assert.Equal(3, frames.Length);
        Assert.Equal(
            """
            0:30/1:00  [##########----------]  0:30 left  5 users
            users       5,000       connections 4,999       arrivals 80.0/s
            messages    sent 9.97k/s    received 9.97k/s    out 700 kB/s, in 690 kB/s
            echo        p50 34.5 µs  █  p99 78.9 µs  █
            failed      12 (ConnectionReset 10, ScriptError 2)
            loop lag    p99 35.0 µs, max 90.0 ms
            """,
            frames[0]);
        Assert.Contains("0:45/1:00  [###############-----]  0:15 left  5 users\n", frames[1]);
        Assert.Contains("p50 34.5 µs  ██  p99 78.9 µs  ██\n", frames[1]);
        Assert.Equal("", frames[2]);
    }

    [Fact]
    public void The_lines_of_a_terminal_name_stage_and_crossed_thresholds()
    {
        Scenario scenario = Scenario.Create("echo", _ => Task.CompletedTask)
            .WithLoadSimulations(Simulation.RampingConstant(100, TimeSpan.FromSeconds(10)), Simulation.Inject(50, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20)))
            .WithThresholds("echo: p(99) < 1us");
        RunResult typical = PlantedRun.Typical();
        RunInfo run = typical.Run with { Scenarios = [scenario] };
        IReadOnlyList<ThresholdResult> crossed = PlantedRun.Judged(typical with { Run = run });
        LiveView view = new(run, new FailureCount());

        string[] early = Text(view.Lines(PlantedRun.Interval(5) with { Thresholds = crossed }, width: 100));
        string[] late = Text(view.Lines(PlantedRun.Interval(11), width: 100));
        string[] over = Text(view.Lines(PlantedRun.Interval(31), width: 100));

        Assert.EndsWith("left  stage 1 of 2: 0 to 100 users", early[0]);
        Assert.Equal("crossed     echo: p(99) < 1us (78.9 µs)", early[^1]);
        Assert.EndsWith("left  stage 2 of 2: 50/s, evenly spaced arrivals", late[0]);
        Assert.EndsWith("left  draining", over[0]);
        Assert.DoesNotContain(late, line => line.StartsWith("crossed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(200)]
    public void No_line_of_a_terminal_is_wider_than_it(int width)
    {
        RunInfo run = PlantedRun.Info(new string('a', 100), "b");
        FailureCount failures = new();
        LiveView view = new(run, failures);
        StepFigures step = PlantedRun.Figures("b", new string('s', 200), PlantedRun.Latencies((999_000, 5)), [.. Enumerable.Range(0, 9).Select(index => (new Outcome(new string((char)('a' + index), 50), ""), 1_000_000L))]);
        for (int second = 1; second <= 100; second++)
        {
            Snapshot snapshot = PlantedRun.Interval(second, [step], []);
            failures.Add(snapshot);
            Assert.All(Text(view.Lines(snapshot, width)), line => Assert.InRange(line.Length, 0, width));
        }
    }

    [Theory]
    [InlineData(150, "0:30/1:00  [#####-----]  5,000 users  4,999 connections  sent 9.97k/s received 9.97k/s  echo p50 34.5 µs p99 78.9 µs  12 failed")]
    [InlineData(115, "0:30/1:00  5,000 users  4,999 connections  sent 9.97k/s received 9.97k/s  echo p50 34.5 µs p99 78.9 µs  12 failed")]
    [InlineData(100, "0:30/1:00  5,000 users  sent 9.97k/s received 9.97k/s  echo p50 34.5 µs p99 78.9 µs  12 failed")]
    [InlineData(82, "0:30/1:00  sent 9.97k/s received 9.97k/s  echo p50 34.5 µs p99 78.9 µs  12 failed")]
    [InlineData(60, "0:30/1:00  sent 9.97k/s received 9.97k/s  12 failed")]
    [InlineData(40, "0:30/1:00  12 failed")]
    [InlineData(6, "0:30/")]
    public void A_small_terminal_sees_one_line_with_what_matters_most(int width, string line)
    {
        string progress = Progress(Terminal(width, height: 8), quiet: false, Busy(30));

        Assert.Equal($"{line}\r{Escape}[J", progress);
        Assert.True(line.Length < width);
    }

    [Fact]
    public void Log_lines_stand_above_the_live_line_and_act_on_nothing()
    {
        LogLine[] log =
        [
            new(PlantedRun.StartedAt - TimeSpan.FromSeconds(1), "[red]from init[/]"),
            new(PlantedRun.StartedAt + TimeSpan.FromSeconds(61.5), "echo.csx(3,5): \x1b[31mboom\n  at echo.csx:3\r\n\u009b2J"),
        ];

        string progress = Progress(Terminal(width: 40), quiet: false, Busy(61), Busy(62, log));

        Assert.Equal(
            $"1:01/1:00  12 failed\r{Escape}[J"
            + "0:00  [red]from init[/]\n"
            + "1:01  echo.csx(3,5): \\x1b[31mboom\n        at echo.csx:3\n      \\x9b2J\n"
            + $"1:02/1:00  24 failed\r{Escape}[J",
            progress);
    }

    [Fact]
    public void A_log_entry_without_end_is_cut()
    {
        string text = string.Join('\n', Enumerable.Repeat(new string('x', 600), 103));

        string[] lines = Progress(Redirected, quiet: false, PlantedRun.Interval(1, log: new LogLine(PlantedRun.StartedAt, text))).Split('\n');

        Assert.Equal("0:00  " + new string('x', 499) + "…", lines[0]);
        Assert.Equal("      (3 further lines)", lines[100]);
        Assert.Equal("0:01/1:00  5,000 users  4,999 connections  0/s arrivals  sent 9.97k/s received 9.97k/s  0 failed", lines[101]);
    }

    [Fact]
    public void Failures_outside_of_steps_count_while_the_run_lasts_and_failed_steps_count_once()
    {
        Outcome failure = new("Fail", "");
        StepFigures[] steps = [PlantedRun.Figures("a", "x", failures: [(failure, 2)]), PlantedRun.Figures("a", "y", failures: [(failure, 3)])];
        StepFigures[] iterations = [PlantedRun.Figures("a", "", failures: [(failure, 4)]), PlantedRun.Figures("b", "", failures: [(failure, 10)])];

        Assert.EndsWith("  15 failed (Fail 15)\n", Progress(Redirected, quiet: false, PlantedRun.Interval(1, steps, iterations)));
    }

    [Fact]
    public void Without_steps_the_busiest_scenario_stands_for_the_latency()
    {
        Histogram few = PlantedRun.Latencies((1_000, 2));
        Histogram many = PlantedRun.Latencies((2_000_000, 3));

        string progress = Progress(
            Redirected, quiet: false, PlantedRun.Interval(1, iterations: [PlantedRun.Figures("few", "", few), PlantedRun.Figures("many [b] and more", "", many)]));

        Assert.Contains("  many [b] and mo… p50 2.00 ms p99 2.00 ms  ", progress);
    }

    [Fact]
    public void Colours_dim_the_uncorrected_latency_and_mark_failures()
    {
        StringWriter colored = new();
        RunResult result = PlantedRun.Typical();
        ConsoleOutput output = new(Console(colored, ColorSystemSupport.Standard, InteractionSupport.No, width: 80), Redirected(new StringWriter()));
        output.Start(result.Run);
        output.Finish(result);

        Assert.Contains($"{Escape}[2m  from actual start  839 µs", colored.ToString());
        Assert.Contains($"{Escape}[91m12 failed (0.011 %){Escape}[0m", colored.ToString());
    }

    [Fact]
    public void Without_colour_the_summary_is_only_text() => Assert.DoesNotContain(Escape, Summary(PlantedRun.Typical()));

    private static Snapshot Busy(int number, params LogLine[] log)
    {
        RunResult typical = PlantedRun.Typical();
        return PlantedRun.Interval(number, typical.Steps, typical.Iterations, log) with { IterationsStarted = 80, Loops = typical.Trust!.Figures.Loops };
    }

    private static string Summary(RunResult result, bool quiet = false)
    {
        StringWriter summary = new();
        ConsoleOutput output = new(Redirected(summary), Redirected(new StringWriter()), quiet);
        output.Start(result.Run);
        output.Finish(result);
        return summary.ToString();
    }

    private static string Progress(Func<StringWriter, IAnsiConsole> console, bool quiet, params Snapshot[] snapshots)
    {
        StringWriter progress = new();
        ConsoleOutput output = new(Redirected(new StringWriter()), console(progress), quiet);
        output.Start(PlantedRun.Info());
        foreach (Snapshot snapshot in snapshots)
            output.Write(snapshot);
        output.Finish(PlantedRun.Typical());
        return progress.ToString();
    }

    private static IAnsiConsole Redirected(StringWriter writer) => ConsoleOutput.Open(writer, default);

    private static string[] Text(IReadOnlyList<StyledLine> lines)
    {
        StringWriter writer = new();
        IAnsiConsole console = Redirected(writer);
        foreach (StyledLine line in lines)
            console.Write(line.End());
        return writer.ToString().TrimEnd('\n').Split('\n');
    }

    private static Func<StringWriter, IAnsiConsole> Terminal(int width, int height = 24) => writer =>
    {
        IAnsiConsole console = Console(writer, ColorSystemSupport.NoColors, InteractionSupport.Yes, width);
        console.Profile.Height = height;
        return console;
    };

    private static IAnsiConsole Console(StringWriter writer, ColorSystemSupport colors, InteractionSupport interaction, int width)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = colors,
            Interactive = interaction,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = width;
        return console;
    }
}
