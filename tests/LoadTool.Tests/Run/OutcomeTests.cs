using LoadTool.Sockets;

namespace LoadTool.Tests.Run;

public sealed class OutcomeTests
{
    [Fact]
    public void A_failure_of_a_socket_has_its_status_phase_and_cause()
    {
        Assert.Equal(new Outcome("NotFound", "HTTP 404") { Phase = ConnectionPhase.Upgrade, HttpStatus = 404 }, Outcome.Of(Failures.HttpStatus(404)));
        Assert.Equal(
            new Outcome("ConnectionAborted", "close 4001") { Phase = ConnectionPhase.Open, CloseCode = 4001 },
            Outcome.Of(Failures.ConnectionAborted(ConnectionPhase.Open, 4001)));
        Assert.Equal((null, null), (new Outcome("a", "b").HttpStatus, new Outcome("a", "b").CloseCode));
    }

    [Fact]
    public void Failures_of_several_loops_are_summed_by_kind_and_the_earliest_of_each_is_the_sample()
    {
        DateTimeOffset noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
        Outcome refused = new("CannotConnect", "connection refused") { Phase = ConnectionPhase.Tcp };
        Outcome late = new("Timeout", "timed out") { Phase = ConnectionPhase.Tcp };
        OutcomeCounts[] loops = [new(), new()];
        loops[0].Fail(refused, noon.AddSeconds(2), user: 2);
        loops[1].Fail(refused, noon.AddSeconds(1), user: 1);
        loops[1].Fail(refused, noon, user: 0);
        loops[1].Fail(refused with { Phase = ConnectionPhase.Open }, noon);

        OutcomeTotals before = OutcomeTotals.Of(loops.SelectMany(loop => loop.Read()));
        loops[0].Fail(late, noon.AddSeconds(3), user: 3);
        loops[0].Fail(refused, noon.AddSeconds(4), user: 4);
        OutcomeTotals after = OutcomeTotals.Of(loops.SelectMany(loop => loop.Read()));

        Assert.Equal((3L, 1L, 2), (before.Counts[refused], before.Counts[refused with { Phase = ConnectionPhase.Open }], before.Counts.Count));
        Assert.Equal((1, 3), (after.Samples[refused].User, after.Samples[late].User));
        Assert.Equal([(late, 1L), (refused, 1L)], after.Since(before).Select(failure => (failure.Key, failure.Value)).OrderByDescending(failure => failure.Key.Status));
    }

    [Fact]
    public void Anything_else_is_an_error_of_the_script_but_for_a_cancellation()
    {
        Assert.Equal(new Outcome(Outcome.ScriptError, "FormatException: bad"), Outcome.Of(new FormatException("bad")));
        Assert.Equal(new Outcome("OperationCanceled", "cancelled by the script"), Outcome.Of(new TaskCanceledException()));
    }
}
