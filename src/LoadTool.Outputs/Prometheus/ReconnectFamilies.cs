namespace LoadTool.Outputs.Prometheus;

/// <summary>Families of what is known when a run has ended: waits for a turn to connect, connections that users lost and made again, and storms.</summary>
internal sealed class ReconnectFamilies
{
    private readonly SeriesTable _table;
    private readonly MetricFamily _lost, _attempts, _reconnects, _stormAt, _stormConnections, _stormAttempts;
    private readonly HistogramFamily _connectWait, _recover, _stormRecover;

    internal ReconnectFamilies(SeriesTable table, bool isNative)
    {
        _table = table;
        _connectWait = new(
            table, "loadtool_ws_connect_wait_seconds", "Waits for a turn to connect, where a scenario limits how often it connects; in no latency.", Grid(isNative), isMany: false, "scenario");
        _lost = Counter("loadtool_ws_kept_connections_lost", "Connections lost by users that stay connected, and first ones that could not be made.", "scenario");
        _attempts = Counter("loadtool_ws_reconnect_attempts", "Attempts to connect again, the failed ones included.", "scenario");
        _reconnects = Counter("loadtool_ws_reconnects", "Users that came back (Ok) or gave up, by status; Interrupted is what the run's end left open.", "scenario", "status");
        _recover = new(table, "loadtool_ws_reconnect_duration_seconds", "How long users that came back were without connection.", Grid(isNative), isMany: false, "scenario");
        _stormAt = Gauge("loadtool_ws_storm_at_seconds", "When the storm was planned, since the load's start.", "scenario", "storm");
        _stormConnections = Gauge("loadtool_ws_storm_connections", "Connections living before the storm, cut by it, and of those never made again.", "scenario", "storm", "state");
        _stormAttempts = Gauge("loadtool_ws_storm_attempts", "Attempts to connect again after the storm, the failed ones included.", "scenario", "storm");
        _stormRecover = new(
            table, "loadtool_ws_storm_recover_seconds", "Time from the storm to the next connection of each user that came back, to two digits.",
            isNative ? BucketGrid.NativeCoarseSeconds : BucketGrid.ClassicSeconds, isMany: false, "scenario", "storm");
    }

    internal void Add(RunResult result)
    {
        foreach (StepFigures waits in result.ConnectWaits)
            _connectWait.Add(waits.Latency, waits.Scenario);
        foreach (ReconnectFigures reconnects in result.Reconnects)
        {
            string scenario = reconnects.Recover.Scenario;
            _table.Add(_lost, reconnects.Lost, scenario);
            _table.Add(_attempts, reconnects.Attempts, scenario);
            _table.AddOutcomes(_reconnects, reconnects.Recover, scenario);
            _recover.Add(reconnects.Recover.Latency, scenario);
        }

        foreach (StormFigures storm in result.Storms)
            Add(storm);
    }

    /// <summary>Brings the values of all series up to what was added.</summary>
    internal void Refresh()
    {
        _connectWait.Refresh();
        _recover.Refresh();
        _stormRecover.Refresh();
    }

    private void Add(StormFigures storm)
    {
        string number = storm.Number.ToString("D", null);
        _table.Set(_stormAt, storm.At.TotalSeconds, storm.Scenario, number);
        _table.Set(_stormConnections, storm.Living, storm.Scenario, number, "living");
        _table.Set(_stormConnections, storm.Cut, storm.Scenario, number, "cut");
        _table.Set(_stormConnections, storm.Never, storm.Scenario, number, "never_back");
        _table.Set(_stormAttempts, storm.Attempts, storm.Scenario, number);
        _stormRecover.Add(storm.Recover, storm.Scenario, number);
    }

    private static BucketGrid Grid(bool isNative) => isNative ? BucketGrid.NativeSeconds : BucketGrid.ClassicSeconds;

    private MetricFamily Counter(string name, string help, params string[] labels) => _table.Family(name, FamilyKind.Counter, help, SampleShape.Counter, labels);

    private MetricFamily Gauge(string name, string help, params string[] labels) => _table.Family(name, FamilyKind.Gauge, help, SampleShape.Gauge, labels);
}
