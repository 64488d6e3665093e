using EdgeDePin.Node;
using Microsoft.Extensions.Logging;

// Analyses readings in parallel, lends spare cycles to neighbours and borrows theirs. It may crash without losing a reading.
return await ModuleProcess.RunAsync(args, HubOutputs.ComputeModule, ["Computing", "Broker"], Check, async module =>
{
    NodeOptions node = NodeSections.Node(module.Configuration);
    ComputingOptions computing = module.Options<ComputingOptions>("Computing");
    BrokerOptions broker = module.Options<BrokerOptions>("Broker");

    ILogger log = module.Logs.CreateLogger(node.Name);
    using NeighbourOptions? neighbours = NeighbourOptions.At(broker, node, module.Time);
    var side = Computing.Create(node, computing, neighbours, module.Client, module.Time, module.Random, log);
    module.Methods.Counters = side.Count;
    module.Running(log, node);
    await side.RunAsync(module.Stopping);
});

static void Check(ModuleContext module)
{
    NodeSections.Node(module.Configuration);
    module.Options<ComputingOptions>("Computing");
    module.Options<BrokerOptions>("Broker");
}
