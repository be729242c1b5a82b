namespace LoadTool;

/// <summary>What one event loop counts of one check (hop 2). Rule: the loop's thread alone writes, the run reads.</summary>
internal sealed class CheckRecorder(string name)
{
    private long _ok;
    private long _fail;

    internal string Name => name;

    internal long Ok => Volatile.Read(ref _ok);

    internal long Fail => Volatile.Read(ref _fail);

    internal void Count(bool condition)
    {
        if (condition)
            Volatile.Write(ref _ok, _ok + 1);
        else
            Volatile.Write(ref _fail, _fail + 1);
    }
}
