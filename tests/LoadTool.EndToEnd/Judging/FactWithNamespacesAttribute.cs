using LoadTool.Cli.Commands;
using LoadTool.Cli.Lab;

namespace LoadTool.EndToEnd.Judging;

/// <summary>A test that needs network namespaces with TUN devices: skipped with a reason where none can be made.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactWithNamespacesAttribute : FactAttribute
{
    private static readonly Lazy<string?> Reason = new(() =>
    {
        try
        {
            RelayedNetwork.Create(default, seed: 1).Dispose();
            return null;
        }
        catch (UsageException error)
        {
            return error.Message;
        }
    });

    public FactWithNamespacesAttribute() => Skip = Reason.Value;
}
