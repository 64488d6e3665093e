using EdgeDePin.EdgeHub;
using EdgeDePin.Node;
using Microsoft.Extensions.Logging;

// Analyses readings in parallel, lends spare cycles to neighbours and borrows theirs. It may crash without losing a reading.
return await ModuleProcess.RunAsync(args, HubOutputs.ComputeModule, async module =>
{
    NodeOptions node = module.Options<NodeOptions>("Node");
    HubOptions hub = module.Options<HubOptions>("Hub");
    ComputingOptions computing = module.Options<ComputingOptions>("Computing");
    BrokerOptions broker = module.Options<BrokerOptions>("Broker");

    ILogger log = module.Logs.CreateLogger(node.Name);
    using NeighbourOptions? neighbours = NeighbourOptions.At(broker, node, module.Time);
    await using ModuleClient client = HubClient.Create(hub, module.Module, module.Time, module.Random, module.Logs);
    module.Running(log, node);
    await Computing.Create(node, computing, neighbours, client, module.Time, module.Random, log).RunAsync(module.Stopping);
});
