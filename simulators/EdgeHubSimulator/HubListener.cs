using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EdgeDePin.EdgeHub;
using EdgeHubSimulator.Security;
using Microsoft.Extensions.Logging;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;
using MQTTnet.Implementations;
using MQTTnet.Server;

namespace EdgeHubSimulator;

/// <summary>
/// Accepts the modules' connections for MQTTnet's server: TLS with the certificate of the moment where the hub is secure, a limit on
/// connections and on the time of a handshake, and packets gathered on their way out.
/// </summary>
internal sealed class HubListener(LocalHubOptions hub, SiteCa? ca, TimeProvider time, ILogger log) : IMqttServerAdapter
{
    /// <summary>edgeHub's ConnectArrivalTimeout; without it a connection that says nothing would stand for ever.</summary>
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromMinutes(1);

    // For when the process has no more files to open: the next connection may find one that was closed.
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(200);

    private const int Backlog = 128;

    // A body of 256 KiB, its topic of 64 KiB, and room; MQTT itself allows 256 MB, for which MQTTnet would make room before it knows who asks.
    private const int MaxPacketBytes = 512 * 1024;

    // Whoever tries all doors of a house must not fill its card with what is said of it.
    private static readonly TimeSpan LogPause = TimeSpan.FromMinutes(1);

    private readonly Lock _logGate = new();
    private long? _loggedAt;
    private long _untold;

    // A module that comes again may be here twice until its old connection is missed.
    private readonly int _maxConnections = (2 * hub.MaxModules) + 16;

    private CancellationTokenSource? _stopping;
    private Socket? _listening;
    private SslStreamCertificateContext? _certificate;
    private int _connections;

    public Func<IMqttChannelAdapter, Task>? ClientHandler { get; set; }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listening!.LocalEndPoint!).Port;

    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public Task StartAsync(MqttServerOptions options, IMqttNetLogger logger)
    {
        var listening = new Socket(hub.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listening.Bind(new IPEndPoint(hub.Address, hub.Port));
            listening.Listen(Backlog);
        }
        catch
        {
            listening.Dispose();
            throw;
        }

        (_listening, _stopping) = (listening, new CancellationTokenSource());
        _ = AcceptAsync(listening, options, logger, _stopping.Token);
        return Task.CompletedTask;
    }

    public Task StopAsync()
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _stopping?.Cancel();
        _listening?.Dispose();
    }

    private async Task AcceptAsync(Socket listening, MqttServerOptions options, IMqttNetLogger logger, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                Socket socket = await listening.AcceptAsync(cancellationToken);
                _ = ServeAsync(socket, options, logger, cancellationToken);
            }
            catch (SocketException error) when (!cancellationToken.IsCancellationRequested)
            {
                Tell(null, error.Message);
                await Task.Delay(AcceptPause, time, CancellationToken.None);
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket socket, MqttServerOptions options, IMqttNetLogger logger, CancellationToken cancellationToken)
    {
        using Socket owned = socket;
        try
        {
            if (Interlocked.Increment(ref _connections) > _maxConnections)
            {
                Tell(socket, $"{_maxConnections} connections stand already");
                return;
            }

            socket.NoDelay = true;
            using Stream stream = await OpenAsync(socket, cancellationToken);
            using var adapter = new MqttChannelAdapter(
                new GatheringChannel(
                    new MqttTcpChannel(stream, socket.LocalEndPoint, socket.RemoteEndPoint, clientCertificate: null), new PacketLimit(MaxPacketBytes)),
                new MqttPacketFormatterAdapter(new MqttBufferWriter(options.WriterBufferSize, options.WriterBufferSizeMax)), logger)
            {
                AllowPacketFragmentation = false,
            };
            if (ClientHandler is { } handler)
            {
                await handler(adapter);
            }
        }
        catch (OperationCanceledException)
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                Tell(socket, $"no handshake within {HandshakeTimeout.TotalSeconds} s");
            }
        }
        catch (Exception error)
        {
            // TLS, sockets and MQTTnet have a dozen exceptions for bytes that make no sense and for an end that went away; whichever it is,
            // this connection ends and no other.
            Tell(socket, error.GetBaseException().Message);
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    }

    private void Tell(Socket? socket, string error)
    {
        lock (_logGate)
        {
            if (_loggedAt is { } at && time.GetElapsedTime(at) < LogPause)
            {
                _untold++;
                return;
            }

            LocalHubLog.Ended(log, Peer(socket), error, _untold);
            (_loggedAt, _untold) = (time.GetTimestamp(), 0);
        }
    }

    private static string Peer(Socket? socket)
    {
        try
        {
            return socket?.RemoteEndPoint?.ToString() ?? "nobody yet";
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return "an end that has gone";
        }
    }

    private async Task<Stream> OpenAsync(Socket socket, CancellationToken cancellationToken)
    {
        var stream = new NetworkStream(socket, ownsSocket: true);
        if (ca is null)
        {
            return stream;
        }

        var secure = new SslStream(stream);
        try
        {
            using var timeout = new CancellationTokenSource(HandshakeTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = Certificate(ca.Server()),
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                AllowTlsResume = false,
            }, either.Token);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }

    // Asked for every connection, so that a renewed certificate is used at once and no connection is closed for it.
    private SslStreamCertificateContext Certificate(X509Certificate2 present)
    {
        SslStreamCertificateContext? context = Volatile.Read(ref _certificate);
        if (context is null || !ReferenceEquals(context.TargetCertificate, present))
        {
            Volatile.Write(ref _certificate, context = SslStreamCertificateContext.Create(present, additionalCertificates: null, offline: true));
        }

        return context;
    }
}
