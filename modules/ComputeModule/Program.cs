using EdgeDePin.Node;
using EdgeDePin.Sandbox;
using Microsoft.Extensions.Logging;

// Analyses readings in parallel, lends spare cycles to neighbours and borrows theirs. It may crash without losing a reading.
return await ModuleProcess.RunAsync(args, HubOutputs.ComputeModule, ["Computing", "Broker", "Sandbox"], Check, async module =>
{
    NodeOptions node = NodeSections.Node(module.Configuration);
    ComputingOptions computing = module.Options<ComputingOptions>("Computing");
    BrokerOptions broker = module.Options<BrokerOptions>("Broker");

    ILogger log = module.Logs.CreateLogger(node.Name);
    using NeighbourOptions? neighbours = NeighbourOptions.At(broker, node, module.Time);
    SandboxOptions sandbox = module.Options<SandboxOptions>("Sandbox");
    using var guests = new GuestProcesses(sandbox, module.Time, log);
    var side = Computing.Create(
        node, computing, neighbours, module.Client, module.Time, module.Random, log, sandbox.Enabled ? WasmTask.Definitions(guests) : []);
    module.Methods.Counters = () => guests.Counters.AddTo(side.Count());
    module.Running(log, node);
    await side.RunAsync(module.Stopping);
});

static void Check(ModuleContext module)
{
    NodeSections.Node(module.Configuration);
    module.Options<ComputingOptions>("Computing");
    module.Options<BrokerOptions>("Broker").Link();
    module.Options<SandboxOptions>("Sandbox");
}
