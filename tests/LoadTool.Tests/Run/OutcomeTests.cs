using LoadTool.Sockets;

namespace LoadTool.Tests.Run;

public sealed class OutcomeTests
{
    [Fact]
    public void A_failure_of_a_socket_has_its_status_and_cause()
    {
        Assert.Equal(new Outcome("NotFound", "HTTP 404"), Outcome.Of(Failures.HttpStatus(404)));
        Assert.Equal(new Outcome("ConnectionAborted", "close 4001"), Outcome.Of(Failures.ConnectionAborted(ConnectionPhase.Open, 4001)));
    }

    [Fact]
    public void Anything_else_is_an_error_of_the_script_but_for_a_cancellation()
    {
        Assert.Equal(new Outcome(Outcome.ScriptError, "FormatException: bad"), Outcome.Of(new FormatException("bad")));
        Assert.Equal(new Outcome("OperationCanceled", "cancelled by the script"), Outcome.Of(new TaskCanceledException()));
    }
}
