using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using MQTTnet.Protocol;

namespace EdgeDePin.EdgeHub;

/// <summary>
/// A module's side of edgeHub's documented MQTT protocol, with the name and the habits of the official client: send to outputs,
/// handle inputs, follow the twin, answer direct methods. It keeps itself connected for ever; a send waits for the hub, and a hub
/// that was away gets every message. Delivery is at least once both ways, so a receiver may see a copy. Safe for concurrent use.
/// </summary>
public sealed class ModuleClient : IAsyncDisposable
{
    // The official Node client asks for the twin with this body; edgeHub ignores it.
    private static readonly byte[] NoBody = " "u8.ToArray();

    private readonly ModuleOptions _options;
    private readonly ModuleTopics _topics;
    private readonly HubSession _session;
    private readonly InputPump _inputs;
    private readonly TwinFollower _twin;
    private readonly MethodDesk _methods;
    private readonly SemaphoreSlim _turns;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private Task? _running;
    private bool _isStarted;
    private long _sent;
    private long _requests;
    private int _waiting;

    /// <param name="options">Checked here.</param>
    /// <param name="time">For every wait and every instant.</param>
    /// <param name="random">Jitter of the waits between tries; used by one thread at a time.</param>
    /// <exception cref="FormatException">An option is out of range; the message names it.</exception>
    public ModuleClient(ModuleOptions options, TimeProvider time, Random random, ILogger<ModuleClient> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Checked();
        Identity = new ModuleIdentity(options.DeviceId, options.ModuleId);
        _topics = new ModuleTopics(Identity);
        _turns = new SemaphoreSlim(options.MaxInFlight);
        _session = new HubSession(options, Identity, time, random, log, Take, Connected);
        _inputs = new InputPump(Identity, _topics, options.MaxHandled, log, _session.Report);
        _twin = new TwinFollower(Identity, GetTwinAsync, time, log, _session.Report);
        _methods = new MethodDesk(Identity, log, _session.Report);
    }

    public ModuleIdentity Identity { get; }

    /// <summary>A picture of this instant.</summary>
    public ModuleClientState State
    {
        get
        {
            (HubLink link, DateTimeOffset since, long reconnects) = _session.State;
            return new ModuleClientState(
                link, since, reconnects, Volatile.Read(ref _sent), Volatile.Read(ref _waiting),
                _inputs.Received, _inputs.Completed, _inputs.Abandoned, _methods.Answered, _session.LastError);
        }
    }

    /// <summary>
    /// Starts to keep the connection, and returns when it stands for the first time. Cancelling ends the waiting, not the trying;
    /// <see cref="State"/> says what stands in the way.
    /// </summary>
    public async Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            // Before the first of them runs: the follower of the twin asks at once, on this very thread.
            Volatile.Write(ref _isStarted, true);
            _running ??= Task.WhenAll(
                _session.RunAsync(_stopping.Token), _inputs.RunAsync(_stopping.Token),
                _twin.RunAsync(_stopping.Token), _methods.RunAsync(_stopping.Token));
        }

        await _session.ConnectedAsync(cancellationToken);
    }

    /// <summary>
    /// Sends to an output and returns when the hub has acknowledged, that is, stored and routed the message. While the hub is away
    /// it waits; after a loss it sends again. Messages in flight together may change their order over a reconnect.
    /// </summary>
    /// <exception cref="InvalidOperationException"><see cref="ConnectAsync"/> was never called, or too many sends wait already.</exception>
    /// <exception cref="ArgumentException">The properties are too long for a topic.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the client was disposed: the hub may or may not have the message.</exception>
    public async Task SendEventAsync(string output, HubMessage message, CancellationToken cancellationToken = default)
    {
        string topic = _topics.Event(output, message);
        RequireRunning();
        try
        {
            if (Interlocked.Increment(ref _waiting) > _options.MaxWaiting)
            {
                throw new InvalidOperationException(
                    $"{Identity}: {_options.MaxWaiting} messages already wait for edgeHub (last error: {_session.LastError ?? "none"}); await each SendEventAsync.");
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
            await _turns.WaitAsync(either.Token);
            try
            {
                await _session.DoAsync(
                    connection => connection.PublishAsync(topic, message.Body, MqttQualityOfServiceLevel.AtLeastOnce, either.Token), either.Token);
            }
            finally
            {
                _turns.Release();
            }

            Interlocked.Increment(ref _sent);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Sends several messages, <see cref="ModuleOptions.MaxInFlight"/> at a time, and returns when the hub has them all.</summary>
    /// <exception cref="InvalidOperationException">See <see cref="SendEventAsync"/>.</exception>
    public Task SendEventBatchAsync(string output, IEnumerable<HubMessage> messages, CancellationToken cancellationToken = default) =>
        Parallel.ForEachAsync(
            messages, new ParallelOptions { MaxDegreeOfParallelism = _options.MaxInFlight, CancellationToken = cancellationToken },
            async (message, token) => await SendEventAsync(output, message, token));

    /// <summary>
    /// Sets what happens to the messages of an input, and subscribes if the connection stands. <see cref="ModuleOptions.MaxHandled"/> run at
    /// once; a message is acknowledged after its handler completed it, and delivered again if the handler abandons it or throws.
    /// </summary>
    public Task SetInputMessageHandlerAsync(
        string input, Func<HubMessage, CancellationToken, Task<MessageResponse>> handler, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        ArgumentNullException.ThrowIfNull(handler);
        _inputs.Set(input, handler);
        return _session.WantAsync(_topics.InputsFilter, cancellationToken);
    }

    /// <summary>
    /// Takes the handler of an input away: its calls are cancelled, and when they have ended this returns. Messages of that input, also those
    /// that it was handling, wait for the handler that is set next; as long as they wait they take the place of others. Not to be
    /// called from within that handler: it would wait for itself.
    /// </summary>
    public Task WithdrawInputMessageHandlerAsync(string input) => _inputs.WithdrawAsync(input);

    /// <summary>The twin as the hub has it now. Waits while the hub is away.</summary>
    /// <exception cref="HubRequestException">The hub refused.</exception>
    public async Task<ModuleTwin> GetTwinAsync(CancellationToken cancellationToken = default)
    {
        TwinAnswer answer = await AskAsync(SystemTopics.GetTwin, NoBody, cancellationToken);
        try
        {
            return ModuleTwin.Parse(answer.Body.Span);
        }
        catch (FormatException error)
        {
            throw new HubRequestException(502, error.Message);
        }
    }

    /// <summary>
    /// Merges a patch into the reported properties (null deletes, RFC 7396) and returns their new version, as far as the hub tells
    /// it. Waits while the hub is away.
    /// </summary>
    /// <exception cref="HubRequestException">The hub refused.</exception>
    public async Task<long?> UpdateReportedPropertiesAsync(JsonObject patch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(patch);
        byte[] body = System.Text.Encoding.UTF8.GetBytes(patch.ToJsonString());
        return (await AskAsync(SystemTopics.Report, body, cancellationToken)).Version;
    }

    /// <summary>
    /// Sets what happens when the desired properties change. The handler gets all of them, not the patch: first those that stand,
    /// then after every change, one call at a time. Changes made while the hub was away come with the next connection.
    /// </summary>
    public async Task SetDesiredPropertyUpdateCallbackAsync(
        Func<TwinProperties, CancellationToken, Task> handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        await _session.WantAsync(SystemTopics.DesiredChanges, cancellationToken);
        _twin.Set(handler);
    }

    /// <summary>Sets what a direct method does. Methods run one after the other; an exception is answered with status 500.</summary>
    public Task SetMethodHandlerAsync(
        string name, Func<MethodRequest, CancellationToken, Task<MethodResponse>> handler, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(handler);
        _methods.Set(name, handler);
        return _session.WantAsync(SystemTopics.MethodCalls, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        if (_running is not null)
        {
            await _running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        _session.Close();
        _stopping.Dispose();
    }

    private async Task<TwinAnswer> AskAsync(Func<string, string> topic, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        RequireRunning();
        await _session.WantAsync(SystemTopics.TwinAnswers, cancellationToken);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        TwinAnswer? answer = null;
        await _session.DoAsync(async connection =>
        {
            string requestId = $"{Interlocked.Increment(ref _requests)}";
            (string? error, answer) = await connection.AskAsync(topic(requestId), requestId, body, either.Token);
            return error;
        }, either.Token);
        return answer!.Status is 200 or 204
            ? answer
            : throw new HubRequestException(answer.Status, $"The hub answered status {answer.Status} about the twin of {Identity}.");
    }

    private void RequireRunning()
    {
        if (!Volatile.Read(ref _isStarted))
        {
            throw new InvalidOperationException($"{Identity} sends before it ever connected: call ConnectAsync first.");
        }
    }

    private void Take(Arrival arrival)
    {
        if (SystemTopics.IsDesiredChange(arrival.Topic))
        {
            _twin.Take(arrival);
        }
        else if (!_methods.Take(arrival))
        {
            _inputs.Take(arrival);
        }
    }

    private void Connected()
    {
        if (_twin.IsFollowing)
        {
            _twin.Fetch();
        }
    }
}
