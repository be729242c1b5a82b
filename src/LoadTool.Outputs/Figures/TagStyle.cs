namespace LoadTool.Outputs.Figures;

/// <summary>How labels stand in the names of <see cref="MetricPath"/>.</summary>
internal enum TagStyle
{
    /// <summary>Their values are parts of the name: <c>loadtool.steps.chat.echo.ok</c>.</summary>
    None,

    /// <summary>As DogStatsD has them: <c>loadtool.steps.ok:1|c|#scenario:chat,step:echo</c>.</summary>
    Datadog,

    /// <summary>As Graphite 1.1 has them: <c>loadtool.steps.ok;scenario=chat;step=echo</c>.</summary>
    Graphite,
}
