namespace EdgeHubSimulator;

/// <summary>A hub's counters since it was made, for display.</summary>
/// <param name="Port">0 while it does not listen.</param>
/// <param name="Received">Messages that modules sent and the hub took.</param>
/// <param name="Delivered">Deliveries that a module acknowledged. One message may have several receivers, or none.</param>
/// <param name="Redelivered">Deliveries after the first of the same message.</param>
/// <param name="Waiting">Messages that wait for an input or for its acknowledgement.</param>
/// <param name="Dropped">Messages that an input never got because its queue was full.</param>
/// <param name="Expired">Messages whose time had passed before they could be delivered.</param>
/// <param name="Upstream">Messages that a real hub would send to the cloud.</param>
/// <param name="Unrouted">Messages that no route takes.</param>
/// <param name="Refused">Connections, subscriptions and publications that broke the rules.</param>
public sealed record LocalHubState(
    int Port, IReadOnlyList<LocalModuleState> Modules, long Received, long Delivered, long Redelivered, long Waiting, long Dropped,
    long Expired, long Upstream, long Unrouted, long Refused);

/// <summary>One module, as the hub sees it.</summary>
/// <param name="Queues">Messages by input and priority.</param>
public sealed record LocalModuleState(
    string ModuleId, bool Connected, bool Subscribed, long Delivered, long Redelivered, long Waiting, long Dropped, long Expired,
    IReadOnlyList<(string Input, int Priority, long Count)> Queues);
