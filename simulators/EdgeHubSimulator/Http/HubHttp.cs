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
/// The hub's HTTP side: the workload API for modules and the management API for the command line, each on a unix socket of its own, and
/// metrics on loopback. Which socket a request came by decides what it may ask.
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
        if (options.WorkloadSocket is null && options.ManagementSocket is null && options.MetricsPort is null)
        {
            return null;
        }

        string[] sockets = [.. new[] { options.WorkloadSocket, options.ManagementSocket }.OfType<string>()];
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
            kestrel.AddServerHeader = false;
            Serve(options.WorkloadSocket, HubDoor.Workload);
            Serve(options.ManagementSocket, HubDoor.Management);
            if (options.MetricsPort is { } port)
            {
                kestrel.Listen(IPAddress.Loopback, port, listen => listen.Use(Through(HubDoor.Metrics)));
            }

            void Serve(string? socket, HubDoor door)
            {
                if (socket is not null)
                {
                    // A process that was killed leaves its socket behind.
                    File.Delete(socket);
                    kestrel.ListenUnixSocket(Path.GetFullPath(socket), listen => listen.Use(Through(door)));
                }
            }
        });
        WebApplication app = builder.Build();
        app.Run(context => HubAnswers.AnswerAsync(hub, context));
        var http = new HubHttp(app, sockets);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            await app.DisposeAsync();
            throw new PortInUseException(options.MetricsPort ?? 0, error);
        }

        foreach (string socket in sockets)
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

    private static Func<ConnectionDelegate, ConnectionDelegate> Through(HubDoor door) => next => connection =>
    {
        connection.Features.Set(new DoorFeature(door));
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

internal sealed record DoorFeature(HubDoor Door);
