namespace LoadTool.Tests.Storage;

internal static class HResultAssert
{
    public static readonly int Closed = unchecked((int)0x80000013);
    public static readonly int Bounds = unchecked((int)0x8000000B);
    public static readonly int IllegalMethodCall = unchecked((int)0x8000000E);
    public static readonly int InvalidArgument = unchecked((int)0x80070057);
    public static readonly int InvalidOperation = unchecked((int)0x800710DD);

    public static void Throws<TException>(int hresult, Action action)
        where TException : Exception => Check(hresult, Assert.ThrowsAny<TException>(action));

    public static async Task ThrowsAsync<TException>(int hresult, Func<Task> action)
        where TException : Exception => Check(hresult, await Assert.ThrowsAnyAsync<TException>(action));

    private static void Check(int hresult, Exception thrown)
    {
        Assert.Equal(hresult, thrown.HResult);
        Assert.Equal(hresult, thrown.GetBaseException().HResult);
    }
}
