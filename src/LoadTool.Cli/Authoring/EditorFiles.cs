using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoadTool.Cli.Commands;

namespace LoadTool.Cli.Authoring;

/// <summary>What VS Code's C# extension (its OmniSharp, which knows scripts) needs: the libraries and names a script sees without saying so, and how to debug one.</summary>
internal static class EditorFiles
{
    /// <summary>The compiler's arguments for every script of the folder.</summary>
    internal const string ResponseFile = "loadtool.rsp";

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>Path in the folder, and text. Paths of the tool in them are of this machine.</summary>
    internal static IReadOnlyList<(string Path, string Text)> All() =>
    [
        (ResponseFile, Response()),
        ("omnisharp.json", Text(new JsonObject
        {
            ["script"] = new JsonObject
            {
                ["enableScriptNuGetReferences"] = true,
                ["defaultTargetFramework"] = "net10.0",
                ["rspFilePath"] = ResponseFile,
            },
        })),
        (Path.Combine(".vscode", "launch.json"), Text(Launch())),
        (Path.Combine(".vscode", "settings.json"), Text(new JsonObject { ["dotnet.server.useOmnisharp"] = true })),
        (Path.Combine(".vscode", "extensions.json"), Text(new JsonObject { ["recommendations"] = new JsonArray("ms-dotnettools.csharp") })),
    ];

    private static string Response()
    {
        StringBuilder text = new("# Written by `loadtool new`: the libraries of the tool on this machine, and the names that scripts know without saying so.\n");
        foreach (string path in ScenarioScript.References.Append(typeof(ScriptGlobals).Assembly).Select(assembly => assembly.Location))
            text.Append($"-r:\"{path}\"\n");
        foreach (string import in ScenarioScript.Imports.Append(typeof(EditorGlobals).FullName!))
            text.Append($"-u:{import}\n");
        return text.ToString();
    }

    private static JsonObject Launch()
    {
        string tool = typeof(EditorFiles).Assembly.Location;
        return new JsonObject
        {
            ["version"] = "0.2.0",
            ["configurations"] = new JsonArray(
                Configuration("loadtool: debug this script with one user", [tool, "run", "--debug", "--vus", "1", "${file}"]),
                Configuration("loadtool: debug this script", [tool, "run", "--debug", "${file}"])),
        };
    }

    private static JsonObject Configuration(string name, string[] arguments) => new()
    {
        ["name"] = name,
        ["type"] = "coreclr",
        ["request"] = "launch",
        ["program"] = "dotnet",
        ["args"] = new JsonArray([.. arguments.Select(argument => JsonValue.Create(argument))]),
        ["cwd"] = "${workspaceFolder}",
        ["console"] = "integratedTerminal",
    };

    private static string Text(JsonObject json) => json.ToJsonString(Json) + "\n";
}
