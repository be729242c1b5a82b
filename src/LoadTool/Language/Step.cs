namespace LoadTool;

/// <summary>Times parts of a scenario.</summary>
public static class Step
{
    /// <summary>Begins a step for a <c>using</c>; allocates nothing. Not marked <see cref="StepScope.Ok()"/>, it counts as failed.</summary>
    /// <param name="name">The name that results show; a literal is found fastest.</param>
    /// <param name="user">Whose step it is.</param>
    /// <returns>The step.</returns>
    public static StepScope Begin([Names(NamesAttribute.Step)] string name, VirtualUser user)
    {
        long now = user.Stamp();
        return user.Share.BeginStep(name, user, intendedAt: user.TakeIntendedAt(now), startedAt: now);
    }

    /// <summary>Begins a step that was due at a turn: its latency counts from there.</summary>
    /// <param name="name">The name that results show; a literal is found fastest.</param>
    /// <param name="user">Whose step it is.</param>
    /// <param name="turn">The turn of <see cref="VirtualUser.Pace"/>.</param>
    /// <returns>The step.</returns>
    public static StepScope Begin([Names(NamesAttribute.Step)] string name, VirtualUser user, Turn turn)
    {
        long now = user.Stamp();
        user.TakeIntendedAt(now);
        return user.Share.BeginStep(name, user, intendedAt: turn.DueAt, startedAt: now);
    }

    /// <summary>Runs a step that succeeds unless it throws; what it throws goes on to end the iteration.</summary>
    /// <param name="name">The name that results show.</param>
    /// <param name="user">Whose step it is.</param>
    /// <param name="run">The step.</param>
    /// <returns>A success.</returns>
    public static async Task<Response> Run([Names(NamesAttribute.Step)] string name, VirtualUser user, Func<Task> run)
    {
        using StepScope step = Begin(name, user);
        await run();
        step.Ok();
        return Response.Ok();
    }

    /// <summary>Runs a step that says itself how it ended; an exception becomes a failed response.</summary>
    /// <typeparam name="T">What the response carries.</typeparam>
    /// <param name="name">The name that results show.</param>
    /// <param name="user">Whose step it is.</param>
    /// <param name="run">The step.</param>
    /// <returns>The step's response, or a failed one.</returns>
    public static async Task<Response<T>> Run<T>([Names(NamesAttribute.Step)] string name, VirtualUser user, Func<Task<Response<T>>> run)
    {
        using StepScope step = Begin(name, user);
        try
        {
            Response<T> response = await run();
            step.End(response);
            return response;
        }
        catch (Exception error)
        {
            Outcome outcome = step.Fail(error);
            return Response.Fail<T>(outcome.Status, outcome.Detail);
        }
    }
}
