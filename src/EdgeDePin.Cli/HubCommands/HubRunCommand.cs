using System.CommandLine;
using System.Net;
using EdgeHubSimulator;
using EdgeHubSimulator.Manifests;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Cli.HubCommands;

/// <summary><c>edgedepin hub run</c>: plain and in memory for a quick look, or with a folder as the hub of a site.</summary>
internal static class HubRunCommand
{
    private const int PlainPort = 1883;
    private const int SecurePort = 8883;

    public static Command Create()
    {
        var port = new Option<int?>("--port") { Description = $"Port to listen on; 0 takes any free one. Default {PlainPort}, with --data {SecurePort}." };
        var device = new Option<string>("--device") { Description = "Device id that the modules use.", DefaultValueFactory = _ => "edgedepin" };
        var manifest = new Option<FileInfo?>("--manifest") { Description = "Deployment manifest: its routes, its modules and their desired properties." };
        var data = new Option<DirectoryInfo?>("--data") { Description = "Folder to keep messages, twins, keys and certificates in; makes the hub speak TLS to signed tokens only." };
        var host = new Option<string[]>("--host") { Description = "Name or address under which modules reach the hub; may be repeated.", DefaultValueFactory = _ => ["localhost", "127.0.0.1"] };
        var listen = new Option<string>("--listen") { Description = "Address to listen on; another than loopback needs --data.", DefaultValueFactory = _ => "127.0.0.1" };
        var iotHub = new Option<string>("--iothub") { Description = "Name of the IoT Hub in tokens and user names.", DefaultValueFactory = _ => "local" };
        var quota = new Option<int>("--quota-megabytes") { Description = "Disk that waiting messages may take.", DefaultValueFactory = _ => 512 };
        var metrics = new Option<int?>("--metrics") { Description = "Port on loopback for Prometheus; 0 takes any free one. edgeHub's is 9600." };
        var command = new ExplainedCommand("run",
            "Runs the local hub until Ctrl-C. Without --data everything is in memory and modules are known by name only.",
            """
            Examples:
              edgedepin hub run
              edgedepin hub run --port 18830 --device pi-01
              edgedepin hub run --data hub --manifest deployment.json --host pi-01.local --listen 0.0.0.0 --metrics 9600

            Exit codes: 0 stopped by Ctrl-C, 2 wrong use or a wrong manifest, 3 the port is in use or the folder cannot be written.
            """)
        { port, device, manifest, data, host, listen, iotHub, quota, metrics };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new LocalHubOptions
            {
                Port = parsed.GetValue(port) ?? (parsed.GetValue(data) is null ? PlainPort : SecurePort),
                DeviceId = parsed.GetValue(device)!,
                IotHubHostName = parsed.GetValue(iotHub)!,
                Address = IPAddress.TryParse(parsed.GetValue(listen), out IPAddress? address)
                    ? address
                    : throw new CommandFailure(ExitCode.WrongUse, $"--listen '{parsed.GetValue(listen)}' is no address: write one such as 127.0.0.1 or 0.0.0.0."),
                Certificates = { HostNames = parsed.GetValue(host)! },
                DiskQuotaBytes = (long)parsed.GetValue(quota) << 20,
                MetricsPort = parsed.GetValue(metrics),
            },
            parsed.GetValue(data), parsed.GetValue(manifest), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(LocalHubOptions options, DirectoryInfo? data, FileInfo? manifest, CancellationToken cancellationToken)
    {
        if (data is null && !IPAddress.IsLoopback(options.Address))
        {
            throw new CommandFailure(ExitCode.WrongUse,
                $"--listen {options.Address} needs --data DIR: without keys and certificates in a folder the hub takes everybody, so it listens on loopback only.");
        }

        if (data is not null)
        {
            (options.Folder, options.Secure) = (data.FullName, true);
            (options.WorkloadSocket, options.ManagementSocket) = (HubFolder.WorkloadSocket(data), HubFolder.ManagementSocket(data));
            options.WorkloadFolder = HubFolder.WorkloadFolder(data);
        }

        using ILoggerFactory logs = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        }));
        try
        {
            NodeHub.Deploy(options, manifest is null ? null : DeploymentManifest.Read(manifest.FullName));
            await using var hub = new LocalHub(options, TimeProvider.System, logs.CreateLogger<LocalHub>());
            await hub.StartAsync(cancellationToken);
            Console.WriteLine($"hub of {options.DeviceId} listens on {options.Address}:{hub.Port}{(options.Secure ? " (TLS)" : "")}");
            if (hub.Ca is { } ca)
            {
                // Who is given the file needs it before anybody has connected.
                _ = ca.TrustBundle();
                Console.WriteLine($"trust bundle: {ca.TrustBundleFile}");
                Console.WriteLine($"workload: unix://{options.WorkloadSocket} generation {hub.Keys!.GenerationId}");
                if (options.Modules.Count > 0)
                {
                    Console.WriteLine($"workload of one module: unix://{options.WorkloadFolder}/NAME.sock for {string.Join(", ", options.Modules.Order(StringComparer.Ordinal))}");
                }
            }

            if (hub.MetricsPort > 0)
            {
                Console.WriteLine($"metrics: http://127.0.0.1:{hub.MetricsPort}/metrics");
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            LocalHubState state = hub.State;
            Console.WriteLine($"{state.Received} messages taken, {state.Delivered} delivered, {state.Waiting} waiting, {state.Dropped} dropped");
            return ExitCode.Done;
        }
        catch (FileNotFoundException error) when (error.FileName == manifest?.FullName)
        {
            throw new CommandFailure(ExitCode.WrongUse, $"There is no manifest {manifest?.FullName}: check the path after --manifest.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new CommandFailure(ExitCode.Environment, error.Message, error);
        }
        catch (FormatException error)
        {
            throw new CommandFailure(ExitCode.WrongUse, error.Message, error);
        }
    }
}
