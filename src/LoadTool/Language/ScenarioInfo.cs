namespace LoadTool;

/// <summary>What <see cref="DataFeed{T}"/> and <see cref="ClientPool{T}"/> want to know of whoever asks; a virtual user is taken for its own.</summary>
public readonly struct ScenarioInfo
{
    private readonly VirtualUser _user;

    internal ScenarioInfo(VirtualUser user) => _user = user;

    /// <summary>The scenario's name.</summary>
    public string ScenarioName => User.Share.Scenario.Name;

    /// <summary>Index of the virtual user in its scenario, from 0.</summary>
    public int InstanceNumber => User.Number;

    internal VirtualUser User => _user ?? throw new InvalidOperationException("This ScenarioInfo is nobody's: take the one of a virtual user.");

    /// <summary>A virtual user as it is asked for.</summary>
    /// <param name="user">The user.</param>
    public static implicit operator ScenarioInfo(VirtualUser user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return new ScenarioInfo(user);
    }
}
