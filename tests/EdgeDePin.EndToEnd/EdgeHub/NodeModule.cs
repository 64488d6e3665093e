using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using EdgeDePin.Tests;

namespace EdgeDePin.EndToEnd.EdgeHub;

/// <summary>The official Node client as a process. See NodeClient/client.js for what it says and does.</summary>
internal sealed class NodeModule : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Channel<JsonObject> _events = Channel.CreateBounded<JsonObject>(1_000);
    private readonly List<JsonObject> _seen = [];

    private NodeModule(IReadOnlyDictionary<string, string> variables)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(Folder, "client.js")])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                _events.Writer.TryComplete();
            }
            else
            {
                _events.Writer.TryWrite((JsonObject)JsonNode.Parse(line.Data)!);
            }
        };
        _process.BeginOutputReadLine();
    }

    /// <summary>Where tests/run.sh installs the client's packages.</summary>
    private static string Folder => Path.Combine(SharedData.Repository, "artifacts", "node-client");

    /// <summary>Skips the test, with the reason, where the client is not installed.</summary>
    public static NodeModule Start(IReadOnlyDictionary<string, string> variables)
    {
        bool installed = File.Exists(Path.Combine(Folder, "client.js")) && Directory.Exists(Path.Combine(Folder, "node_modules", "azure-iot-device"));
        Assert.SkipUnless(installed, $"The official Node client is not in {Folder}; tests/run.sh installs it where node and npm are.");
        return new NodeModule(variables);
    }

    /// <summary>Tells it to do something and waits until it has.</summary>
    public async Task DoAsync(string what, JsonObject? how = null)
    {
        JsonObject command = how ?? [];
        command["do"] = what;
        await _process.StandardInput.WriteLineAsync(command.ToJsonString());
        await _process.StandardInput.FlushAsync();
        await EventAsync("done", said => (string?)said["did"] == what);
    }

    /// <summary>The next event of a name that fulfils a condition; those before it stay for later.</summary>
    public async Task<JsonObject> EventAsync(string name, Func<JsonObject, bool>? condition = null)
    {
        using var late = new CancellationTokenSource(Patience);
        while (true)
        {
            if (_seen.FirstOrDefault(said => (string?)said["event"] == name && (condition is null || condition(said))) is { } found)
            {
                _seen.Remove(found);
                return found;
            }

            try
            {
                _seen.Add(await _events.Reader.ReadAsync(late.Token));
            }
            catch (Exception error) when (error is OperationCanceledException or ChannelClosedException)
            {
                Assert.Fail($"The Node client did not say '{name}'. It said: {string.Join('\n', _seen.Select(said => said.ToJsonString()))}");
            }
        }
    }

    /// <summary>Closes it in good order.</summary>
    public async Task<int> CloseAsync()
    {
        _process.StandardInput.Close();
        using var late = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(late.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
