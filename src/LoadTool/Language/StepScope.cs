using Windows.Networking.Sockets;

namespace LoadTool;

/// <summary>A step that is under way, for a <c>using</c>. Mark it before it ends; a step that ends unmarked counts as failed, for the reason that ends its iteration.</summary>
public readonly struct StepScope : IDisposable
{
    private readonly OpenStep _step;
    private readonly int _version;

    internal StepScope(OpenStep step) => (_step, _version) = (step, step.Version);

    /// <summary>The step succeeded, now.</summary>
    public void Ok()
    {
        if (TryEnd())
            _step.Record(_step.User.Stamp());
    }

    /// <summary>The step succeeded when this message arrived, which may be before the script came to look at it.</summary>
    /// <param name="message">The message that completes the step.</param>
    public void Ok(ReceivedMessage message)
    {
        if (TryEnd())
            _step.Record(message.ReceivedAt);
    }

    /// <summary>The step failed.</summary>
    /// <param name="statusCode">What the distribution of statuses shows.</param>
    /// <param name="message">Why, for people.</param>
    public void Fail(string statusCode, string message = "")
    {
        if (TryEnd())
            _step.Fail(new Outcome(statusCode, message));
    }

    /// <summary>
    /// Counts the step under a value as well, such as room "lobby", beside the step as a whole; allocates nothing once the value is known. Before the step is
    /// marked. A run keeps <see cref="TaggedFigures.MaxValues"/> values of a tag apart; the first one past them is an error, the others count as <see cref="TaggedFigures.Other"/>.
    /// </summary>
    /// <param name="tag">The tag's name.</param>
    /// <param name="value">Its value: one of few.</param>
    /// <exception cref="InvalidOperationException">The step was marked before, has 8 tags already, or the tag's values are too many (once in a run).</exception>
    public void Tag([Names(NamesAttribute.Tag)] string tag, string value)
    {
        if (_step.Version == _version)
            _step.Tag(tag, value);
    }

    /// <inheritdoc cref="VirtualUser.Check"/>
    public bool Check([Names(NamesAttribute.Check)] string name, bool condition) => _step.Check(name, condition);

    /// <summary>Ends the step; unmarked, it counts as failed.</summary>
    public void Dispose()
    {
        if (_step.Version == _version)
            _step.Close();
    }

    internal Outcome Fail(Exception error)
    {
        Outcome outcome = Outcome.Of(error, _step.User);
        if (TryEnd())
            _step.Fail(outcome, error);
        return outcome;
    }

    internal void End(Response response)
    {
        if (response.IsError)
            Fail(response.StatusCode, response.Message);
        else
            Ok();
    }

    /// <summary>False when the step was marked before: the first mark counts.</summary>
    private bool TryEnd() => _step.Version == _version && _step.TryEnd();
}
