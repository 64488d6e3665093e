using System.Net;
using EdgeHubSimulator.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeHubSimulator.Http;

/// <summary>
/// The hub's HTTP side: the workload API, on a unix socket for each module and on one for the owner, the management API for the command
/// line on another, and metrics on loopback. Which socket a request came by decides what it may ask, and for whom.
/// </summary>
internal sealed class HubHttp : IAsyncDisposable
{
    /// <summary>A desired twin is at most 32 KiB, a method's payload 128 KiB.</summary>
    private const int MaxRequestBytes = 256 * 1024;

    private readonly WebApplication _app;
    private readonly string[] _sockets;

    private HubHttp(WebApplication app, string[] sockets) => (_app, _sockets) = (app, sockets);

    public int MetricsPort { get; private set; }

    /// <summary>Null where there is nothing to serve.</summary>
    /// <exception cref="PortInUseException">Another program listens on the port of the metrics.</exception>
    public static async Task<HubHttp?> StartAsync(LocalHub hub, LocalHubOptions options, CancellationToken cancellationToken)
    {
        if (options.WorkloadSocket is null && options.WorkloadFolder is null && options.ManagementSocket is null && options.MetricsPort is null)
        {
            return null;
        }

        if (options.WorkloadFolder is { } folder)
        {
            PrivateFile.MakeFolder(folder);
        }

        (string Path, DoorFeature Door)[] doors = [.. Doors(options)];
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
            kestrel.AddServerHeader = false;
            foreach ((string socket, DoorFeature door) in doors)
            {
                // A process that was killed leaves its socket behind.
                File.Delete(socket);
                kestrel.ListenUnixSocket(Path.GetFullPath(socket), listen => listen.Use(Through(door)));
            }

            if (options.MetricsPort is { } port)
            {
                kestrel.Listen(IPAddress.Loopback, port, listen => listen.Use(Through(new DoorFeature(HubDoor.Metrics))));
            }
        });
        WebApplication app = builder.Build();
        app.Run(context => HubAnswers.AnswerAsync(hub, context));
        var http = new HubHttp(app, [.. doors.Select(door => door.Path)]);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            await app.DisposeAsync();
            throw new PortInUseException(options.MetricsPort ?? 0, error);
        }

        foreach ((string socket, _) in doors)
        {
            PrivateFile.Close(socket);
        }

        http.MetricsPort = options.MetricsPort is null ? 0 : app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .Where(address => address.StartsWith("http://127.0.0.1", StringComparison.Ordinal)).Select(address => new Uri(address).Port).Single();
        return http;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        foreach (string socket in _sockets)
        {
            File.Delete(socket);
        }
    }

    private static IEnumerable<(string Path, DoorFeature Door)> Doors(LocalHubOptions options) =>
    [
        .. options.WorkloadSocket is { } workload ? [(workload, new DoorFeature(HubDoor.Workload))] : Array.Empty<(string, DoorFeature)>(),
        .. options.ManagementSocket is { } management ? [(management, new DoorFeature(HubDoor.Management))] : Array.Empty<(string, DoorFeature)>(),
        .. options.WorkloadFolder is null ? [] : options.Modules.Select(module => (options.WorkloadSocketOf(module), new DoorFeature(HubDoor.Workload, module))),
    ];

    private static Func<ConnectionDelegate, ConnectionDelegate> Through(DoorFeature door) => next => connection =>
    {
        connection.Features.Set(door);
        return next(connection);
    };
}

/// <summary>By which way a request came.</summary>
internal enum HubDoor
{
    Metrics,
    Workload,
    Management,
}

/// <param name="Module">The one module that the door is for; null for the owner of the hub.</param>
internal sealed record DoorFeature(HubDoor Door, string? Module = null);
